import { CLONE_NEW_NAMESPACE, EAFNOSUPPORT, ENOSYS, EPERM, type SyscallPolicy, type SyscallRule } from './policy.ts'
import type { SyscallName } from './syscall-numbers.ts'

/** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK. Others, AF_VSOCK above all, lead around the network namespace. */
const SOCKET_FAMILIES = [1, 2, 10, 16]
/** TIOCSTI and TIOCLINUX type into the terminal somebody else sits at. */
const TERMINAL_INPUT = [0x5412, 0x541c]
/** `personality` of ordinary Linux, and the question which one is set. */
const ORDINARY_PERSONALITIES = [0, 0xffff_ffff]

function refused(...names: SyscallName[]): SyscallRule {
  return { names, verdict: EPERM }
}

/** What a stdio server may not ask of the kernel. It may be any program, so this is a list of what none needs. */
export const processPolicy: SyscallPolicy = {
  rules: [
    // Other processes’ memory and descriptors.
    refused(
      'ptrace',
      'process_vm_readv',
      'process_vm_writev',
      'process_madvise',
      'process_mrelease',
      'pidfd_getfd',
      'kcmp',
      'perf_event_open',
      'move_pages',
      'migrate_pages',
    ),
    // Namespaces and mounts.
    refused(
      'unshare',
      'setns',
      'mount',
      'umount2',
      'pivot_root',
      'chroot',
      'move_mount',
      'open_tree',
      'open_tree_attr',
      'fsopen',
      'fsconfig',
      'fsmount',
      'fspick',
      'mount_setattr',
      'statmount',
      'listmount',
      'open_by_handle_at',
      'name_to_handle_at',
      'quotactl',
      'quotactl_fd',
      'fanotify_init',
      'swapon',
      'swapoff',
    ),
    // Kernel interfaces with a history of holes.
    refused(
      'bpf',
      'userfaultfd',
      'add_key',
      'request_key',
      'keyctl',
      'lookup_dcookie',
      'uselib',
      'ustat',
      'sysfs',
      'vmsplice',
      'modify_ldt',
      'nfsservctl',
      'vhangup',
      'acct',
      'lsm_set_self_attr',
    ),
    // The machine itself.
    refused(
      'kexec_load',
      'kexec_file_load',
      'init_module',
      'finit_module',
      'delete_module',
      'create_module',
      'reboot',
      'syslog',
      'iopl',
      'ioperm',
      'settimeofday',
      'clock_settime',
      'clock_settime64',
      'adjtimex',
      'clock_adjtime',
      'sethostname',
      'setdomainname',
    ),
    // Libraries take their older way without these two; `clone3` hides its flags from filters.
    { names: ['clone3', 'io_uring_setup', 'io_uring_enter', 'io_uring_register'], verdict: ENOSYS },
    {
      names: ['clone'],
      verdict: 'allow',
      tests: [{ test: { argument: 0, anyBitOf: CLONE_NEW_NAMESPACE }, verdict: EPERM }],
    },
    {
      names: ['socket', 'socketpair'],
      verdict: EAFNOSUPPORT,
      tests: [{ test: { argument: 0, oneOf: SOCKET_FAMILIES }, verdict: 'allow' }],
    },
    { names: ['ioctl'], verdict: 'allow', tests: [{ test: { argument: 1, oneOf: TERMINAL_INPUT }, verdict: EPERM }] },
    {
      names: ['personality'],
      verdict: EPERM,
      tests: [{ test: { argument: 0, oneOf: ORDINARY_PERSONALITIES }, verdict: 'allow' }],
    },
  ],
  otherwise: 'allow',
}
