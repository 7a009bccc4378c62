/// What Linux offers and Swift's Glibc module does not: declarations behind _GNU_SOURCE, and macros.
#ifndef CLINUX_H
#define CLINUX_H

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <linux/neighbour.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <linux/prctl.h>
#include <linux/rtnetlink.h>

// Everything here returns what the system call returns, with errno set on failure.

/// Mirrors struct mmsghdr, which <sys/socket.h> shows only with _GNU_SOURCE.
struct CLinux_mmsghdr {
    struct msghdr msg_hdr;
    unsigned int msg_len;
};

int CLinux_recvmmsg(int descriptor, struct CLinux_mmsghdr *messages, unsigned int count, int flags);
int CLinux_sendmmsg(int descriptor, struct CLinux_mmsghdr *messages, unsigned int count, int flags);

/// A connection that has come, with SOCK_… as flags.
int CLinux_accept4(int descriptor, struct sockaddr *peer, socklen_t *length, int flags);

/// Whose a frame of a packet ring is, ordered before any read of the frame; TPACKET_V2.
static inline uint32_t CLinux_frameStatus(const struct tpacket2_hdr *frame) {
    return __atomic_load_n(&frame->tp_status, __ATOMIC_ACQUIRE);
}
/// Gives a frame back to the kernel, ordered after every read of it.
static inline void CLinux_releaseFrame(struct tpacket2_hdr *frame) {
    __atomic_store_n(&frame->tp_status, (uint32_t)TP_STATUS_KERNEL, __ATOMIC_RELEASE);
}

/// A count in memory that the kernel or another thread writes, ordered before any read of what it counts.
static inline uint32_t CLinux_loadAcquire(const uint32_t *count) { return __atomic_load_n(count, __ATOMIC_ACQUIRE); }
/// Shows a count to the kernel or another thread, ordered after every access to what it counts.
static inline void CLinux_storeRelease(uint32_t *count, uint32_t value) {
    __atomic_store_n(count, value, __ATOMIC_RELEASE);
}

/// Binds the calling thread to one processor.
int CLinux_pinThread(int processor);
/// Names the calling thread; at most 15 characters.
int CLinux_nameThread(const char *name);

/// A file in memory, closed on exec.
int CLinux_memfd(void);
/// A descriptor that becomes readable when the process ends.
int CLinux_pidfd_open(pid_t process);

/// Enters the network namespace that `descriptor` names; for the calling thread alone.
int CLinux_enterNetworkNamespace(int descriptor);
/// Moves the calling thread into a new, empty network namespace, which goes with its last process.
int CLinux_leaveNetworkNamespace(void);

/// Sets real, effective and saved identity; glibc carries it to every thread of the process.
int CLinux_setresuid(uid_t id);
int CLinux_setresgid(gid_t id);
int CLinux_prctl(int option, unsigned long argument2, unsigned long argument3);
/// The calling thread's capabilities; bit n is capability n.
int CLinux_capset(uint64_t permitted, uint64_t effective, uint64_t inheritable);
int CLinux_capget(uint64_t *permitted, uint64_t *effective, uint64_t *inheritable);

/// "EPERM", or NULL for a number that has no name.
const char *CLinux_errorName(int number);
/// "Operation not permitted", or NULL; untranslated and safe in every thread.
const char *CLinux_errorDescription(int number);

/// Exit code of a status that waitpid gave, or -1 when the process did not exit by itself.
int CLinux_exitCode(int status);
/// Signal that ended the process, or 0.
int CLinux_endingSignal(int status);

#endif
