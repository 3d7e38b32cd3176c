import { errorCode } from '@nexus/plugin-api'
import { type BrokerErrorCode, brokerError } from '../errors.ts'

const words: Readonly<Record<string, readonly [BrokerErrorCode, string]>> = {
  ENOENT: ['FILE_UNKNOWN', 'Expected a file or folder of this name, found none.'],
  ENOTDIR: ['FILE_KIND', 'Expected a folder on the way, found something else.'],
  EISDIR: ['FILE_KIND', 'Expected a file, found a folder.'],
  ENOTEMPTY: ['FILE_KIND', 'Expected an empty folder, found one with something in it.'],
  EEXIST: ['FILE_KIND', 'Expected a free name, found one in use.'],
  ENXIO: ['FILE_KIND', 'Expected a file, found something else.'],
  ELOOP: ['FILE_DENIED', 'Expected a file or folder, found a link. Links are not followed.'],
  EACCES: ['FILE_DENIED', 'Expected a place that the host may use, found that the operating system refuses it.'],
  EPERM: ['FILE_DENIED', 'Expected a place that the host may use, found that the operating system refuses it.'],
  EROFS: ['FILE_DENIED', 'Expected a place that can be written, found a read-only one.'],
  ENAMETOOLONG: ['FILE_DENIED', 'Expected a shorter path, found one that the operating system refuses.'],
}

/** Says in the broker's words what the operating system refused, without the path it was about. */
export async function explainFileError<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    const known = words[errorCode(error) ?? '']
    if (known === undefined) throw error
    throw brokerError(known[0], known[1], { cause: error })
  }
}
