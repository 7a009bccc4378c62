#define _GNU_SOURCE
#include "CLinux.h"

#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

_Static_assert(sizeof(struct CLinux_mmsghdr) == sizeof(struct mmsghdr), "mmsghdr: size");
_Static_assert(offsetof(struct CLinux_mmsghdr, msg_len) == offsetof(struct mmsghdr, msg_len), "mmsghdr: msg_len");

int CLinux_recvmmsg(int descriptor, struct CLinux_mmsghdr *messages, unsigned int count, int flags) {
    return recvmmsg(descriptor, (struct mmsghdr *)messages, count, flags, NULL);
}

int CLinux_sendmmsg(int descriptor, struct CLinux_mmsghdr *messages, unsigned int count, int flags) {
    return sendmmsg(descriptor, (struct mmsghdr *)messages, count, flags);
}

int CLinux_accept4(int descriptor, struct sockaddr *peer, socklen_t *length, int flags) {
    return accept4(descriptor, peer, length, flags);
}

int CLinux_pinThread(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    return sched_setaffinity(0, sizeof set, &set);
}

int CLinux_nameThread(const char *name) { return pthread_setname_np(pthread_self(), name); }

int CLinux_memfd(void) { return memfd_create("phoneproxy", MFD_CLOEXEC); }

int CLinux_pidfd_open(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int CLinux_enterNetworkNamespace(int descriptor) { return setns(descriptor, CLONE_NEWNET); }

int CLinux_leaveNetworkNamespace(void) { return unshare(CLONE_NEWNET); }

int CLinux_setresuid(uid_t id) { return setresuid(id, id, id); }

int CLinux_setresgid(gid_t id) { return setresgid(id, id, id); }

int CLinux_prctl(int option, unsigned long argument2, unsigned long argument3) {
    return prctl(option, argument2, argument3, 0UL, 0UL);
}

int CLinux_capset(uint64_t permitted, uint64_t effective, uint64_t inheritable) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct data[2] = {
        {(uint32_t)effective, (uint32_t)permitted, (uint32_t)inheritable},
        {(uint32_t)(effective >> 32), (uint32_t)(permitted >> 32), (uint32_t)(inheritable >> 32)},
    };
    return (int)syscall(SYS_capset, &header, data);
}

int CLinux_capget(uint64_t *permitted, uint64_t *effective, uint64_t *inheritable) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};
    int result = (int)syscall(SYS_capget, &header, data);
    *permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
    *effective = data[0].effective | (uint64_t)data[1].effective << 32;
    *inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
    return result;
}

const char *CLinux_errorName(int number) { return strerrorname_np(number); }

const char *CLinux_errorDescription(int number) { return strerrordesc_np(number); }

int CLinux_exitCode(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

int CLinux_endingSignal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }
