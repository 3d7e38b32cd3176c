import type { ImportPlan } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { sendBytes } from '../client/call.ts'
import { field, textField } from '../elements/field.ts'
import { t } from '../i18n/translate.ts'

export interface ChosenBundle {
  readonly file?: File
  readonly sha256: string
}

/** An MCPB bundle as a file, and the SHA-256 that its author names. */
export const bundleFields = (
  bundle: ChosenBundle,
  onChange: (bundle: ChosenBundle) => void,
  onUpload: () => void,
  busy: boolean,
): TemplateResult =>
  html`<details class="origin">
    <summary>${t('import.bundle')}</summary>
    <div class="fields">
      <p class="muted small">${t('import.bundle.text')}</p>
      ${field(
        { id: 'bundle-file', label: t('import.bundle.file') },
        html`<input
          class="input"
          type="file"
          id="bundle-file"
          accept=".mcpb,.dxt"
          @change=${(event: Event) => {
            const file = event.target instanceof HTMLInputElement ? event.target.files?.[0] : undefined
            if (file !== undefined) onChange({ ...bundle, file })
          }}
        />`,
      )}
      ${textField({
        id: 'bundle-sha256',
        label: t('import.bundle.sha256'),
        mono: true,
        maxlength: 64,
        value: bundle.sha256,
        onInput: (sha256) => onChange({ ...bundle, sha256 }),
      })}
      <div class="row">
        <button
          type="button"
          class="btn"
          ?disabled=${busy || bundle.file === undefined || !/^[0-9a-f]{64}$/i.test(bundle.sha256.trim())}
          @click=${onUpload}
        >
          ${t('import.bundle.read')}
        </button>
      </div>
    </div>
  </details>`

/** Sends the bundle as it is; the host refuses it when its SHA-256 is another. */
export function sendBundle(
  file: File,
  fileSha256: string,
): Promise<{ readonly bundle: string; readonly plan: ImportPlan }> {
  return sendBytes('holdBundle', { query: { fileSha256 }, bytes: file })
}
