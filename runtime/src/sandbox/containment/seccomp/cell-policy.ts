import { CLONE_NEW_NAMESPACE, CLONE_THREAD, ENOSYS, EPERM, type SyscallPolicy, type SyscallRule } from './policy.ts'
import type { SyscallName } from './syscall-numbers.ts'

/** Asking what kind of descriptor this is, and how a pipe is set to not wait: all that Node wants of `ioctl`. */
const HARMLESS_IOCTLS = [0x5401, 0x5413, 0x541b, 0x5421, 0x5450, 0x5451]

function calls(...names: SyscallName[]): SyscallRule {
  return { names, verdict: 'allow' }
}

/**
 * What a cell may ask of the kernel: a list of what Node and V8 need, nothing else. No sockets, no new processes, no
 * changes to files, no descriptors by message. `execve` stays, because it starts the cell; the box holds nothing but
 * Node to execute.
 */
export const cellPolicy: SyscallPolicy = {
  rules: [
    // The program that is started, its threads and its end.
    calls(
      'execve',
      'exit',
      'exit_group',
      'set_tid_address',
      'set_robust_list',
      'get_robust_list',
      'rseq',
      'arch_prctl',
      'prctl',
      'prlimit64',
      'getrlimit',
      'futex',
      'futex_waitv',
      'futex_wake',
      'futex_wait',
      'sched_yield',
      'sched_getaffinity',
      'sched_getparam',
      'sched_getscheduler',
      'sched_get_priority_max',
      'sched_get_priority_min',
      'membarrier',
      'getcpu',
      'restart_syscall',
    ),
    // Memory, the compiler of V8 included.
    calls(
      'brk',
      'mmap',
      'munmap',
      'mprotect',
      'mremap',
      'madvise',
      'mincore',
      'msync',
      'mlock',
      'munlock',
      'pkey_mprotect',
      'pkey_alloc',
      'pkey_free',
    ),
    // The few files of the box, which are read-only, and the channel.
    calls(
      'open',
      'openat',
      'close',
      'close_range',
      'read',
      'readv',
      'pread64',
      'preadv',
      'write',
      'writev',
      'lseek',
      'fstat',
      'newfstatat',
      'stat',
      'lstat',
      'statx',
      'statfs',
      'fstatfs',
      'access',
      'faccessat',
      'faccessat2',
      'readlink',
      'readlinkat',
      'getdents64',
      'getcwd',
      'fcntl',
      'dup',
      'dup2',
      'dup3',
      'getsockname',
      'getpeername',
      'getsockopt',
      'setsockopt',
      'shutdown',
    ),
    // Waiting and clocks.
    calls(
      'epoll_create1',
      'epoll_ctl',
      'epoll_wait',
      'epoll_pwait',
      'epoll_pwait2',
      'poll',
      'ppoll',
      'select',
      'pselect6',
      'eventfd2',
      'pipe2',
      'nanosleep',
      'clock_nanosleep',
      'clock_gettime',
      'clock_getres',
      'gettimeofday',
      'time',
      'getrusage',
      'times',
    ),
    // Signals to itself; the box holds no other process.
    calls(
      'rt_sigaction',
      'rt_sigprocmask',
      'rt_sigreturn',
      'rt_sigpending',
      'rt_sigtimedwait',
      'sigaltstack',
      'kill',
      'tgkill',
    ),
    // Who am I, where am I.
    calls(
      'getpid',
      'gettid',
      'getppid',
      'getpgid',
      'getsid',
      'getuid',
      'geteuid',
      'getgid',
      'getegid',
      'getresuid',
      'getresgid',
      'getgroups',
      'capget',
      'uname',
      'sysinfo',
      'getrandom',
    ),
    // The box's first process waits for the cell.
    calls('wait4', 'waitid'),
    // Threads only: a process would be a way to outlive its limits.
    {
      names: ['clone'],
      verdict: EPERM,
      tests: [
        { test: { argument: 0, anyBitOf: CLONE_NEW_NAMESPACE }, verdict: EPERM },
        { test: { argument: 0, anyBitOf: CLONE_THREAD }, verdict: 'allow' },
      ],
    },
    { names: ['ioctl'], verdict: EPERM, tests: [{ test: { argument: 1, oneOf: HARMLESS_IOCTLS }, verdict: 'allow' }] },
    { names: ['socket', 'socketpair', 'connect', 'bind', 'listen', 'fork', 'vfork', 'execveat'], verdict: EPERM },
  ],
  // `clone3` is among the rest: its flags are in memory, where a filter cannot look. The C library then uses `clone`.
  otherwise: ENOSYS,
}
