// TFTP uploads as load: many transfers at once, DATA as fast as asked for, without waiting for acknowledgments.
//
//     transfers serve ADDRESS COUNT
//         answers write requests on port 69 with an option acknowledgment, each from one of COUNT ports, until it is killed
//     transfers send DEVICE MAC CLIENT SERVER PORT COUNT RATE SECONDS
//         opens COUNT transfers (RFC 1350, blksize 168: RFC 2348) from CLIENT's ports PORT and up to SERVER, then sends DATA
//         as whole frames to MAC by DEVICE: RATE packets a second, 0 for as many as there can be, for SECONDS. Block numbers
//         and checksums are right. Prints "sent PACKETS seconds SECONDS".
//
// 172 bytes of UDP payload: the size of a packet with 20 ms of G.711 in RTP.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 168, PAYLOAD = 4 + BLOCK, BATCH = 16, MOST = 1024, TFTP = 69, FIRST_TRANSFER_PORT = 30000 };

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static struct sockaddr_in endpoint(const char *address, int port) {
    struct sockaddr_in end = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, address, &end.sin_addr) != 1) errno = EINVAL, fail(address);
    return end;
}

static int udp_socket(const char *address, int port) {
    struct sockaddr_in own = endpoint(address, port);
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&own, sizeof own) < 0) fail("UDP socket");
    return descriptor;
}

static int number(const char *text, int most) {
    int value = atoi(text);
    if (value < 0 || value > most) errno = ERANGE, fail(text);
    return value;
}

// --- serve

_Noreturn static void serve(const char *address, int count) {
    static const char granted[] = "\0\6blksize\000168";
    int ports[MOST], listener = udp_socket(address, TFTP);
    for (int i = 0; i < count; i++) ports[i] = udp_socket(address, FIRST_TRANSFER_PORT + i);
    for (int next = 0;; next = (next + 1) % count) {
        char request[512];
        struct sockaddr_in client;
        socklen_t length = sizeof client;
        if (recvfrom(listener, request, sizeof request, 0, (struct sockaddr *)&client, &length) < 0) fail("recvfrom");
        sendto(ports[next], granted, sizeof granted, 0, (struct sockaddr *)&client, length);
    }
}

// --- send

struct frame {
    struct ether_header link;
    struct iphdr ip;
    struct udphdr udp;
    uint16_t opcode, block;
    uint8_t data[BLOCK];
} __attribute__((packed));

struct transfer {
    struct frame frame;
    uint32_t sum; // of everything that the UDP checksum covers, with block number 0
    uint16_t block;
};

static uint32_t sum_of(const void *bytes, int length) {
    const uint8_t *byte = bytes;
    uint32_t sum = 0;
    for (int i = 0; i + 1 < length; i += 2) sum += byte[i] << 8 | byte[i + 1];
    return sum;
}

static uint16_t finish(uint32_t sum) {
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return htons(~sum);
}

// Asks until the server answers, five times at most; the port from which it did.
static uint16_t open_transfer(const char *client, const char *server, int port) {
    static const char request[] = "\0\2upload\0octet\0blksize\000168";
    struct sockaddr_in to = endpoint(server, TFTP), from;
    struct timeval patience = {.tv_usec = 400000};
    int descriptor = udp_socket(client, port);
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    for (int attempt = 0; attempt < 5; attempt++) {
        char answer[512];
        socklen_t length = sizeof from;
        sendto(descriptor, request, sizeof request, 0, (struct sockaddr *)&to, sizeof to);
        if (recvfrom(descriptor, answer, sizeof answer, 0, (struct sockaddr *)&from, &length) < 2) continue;
        if (answer[1] != 6) break;
        close(descriptor);
        return from.sin_port;
    }
    fprintf(stderr, "no option acknowledgment from %s\n", server);
    exit(1);
}

static void make_frame(struct transfer *transfer, const uint8_t *from, const uint8_t *to, struct sockaddr_in client,
                       struct sockaddr_in server) {
    struct frame *frame = &transfer->frame;
    memcpy(frame->link.ether_shost, from, 6);
    memcpy(frame->link.ether_dhost, to, 6);
    frame->link.ether_type = htons(ETHERTYPE_IP);
    frame->ip = (struct iphdr){.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP,
        .tot_len = htons(sizeof *frame - sizeof frame->link), .frag_off = htons(IP_DF),
        .saddr = client.sin_addr.s_addr, .daddr = server.sin_addr.s_addr};
    frame->ip.check = finish(sum_of(&frame->ip, sizeof frame->ip));
    frame->udp = (struct udphdr){.source = client.sin_port, .dest = server.sin_port, .len = htons(8 + PAYLOAD)};
    frame->opcode = htons(3);
    memset(frame->data, 0x55, sizeof frame->data);
    transfer->sum = sum_of(&frame->ip.saddr, 8) + IPPROTO_UDP + 8 + PAYLOAD + sum_of(&frame->udp, 8 + PAYLOAD);
}

static void next_block(struct transfer *transfer) {
    uint16_t block = ++transfer->block;
    uint16_t checksum = finish(transfer->sum + block);
    transfer->frame.block = htons(block);
    transfer->frame.udp.check = checksum ? checksum : 0xffff;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static int packet_socket(const char *device, uint8_t *own_address) {
    int descriptor = socket(AF_PACKET, SOCK_RAW, 0), yes = 1;
    struct sockaddr_ll place = {.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(device)};
    struct ifreq request = {0};
    strncpy(request.ifr_name, device, IFNAMSIZ - 1);
    if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&place, sizeof place) < 0) fail(device);
    if (ioctl(descriptor, SIOCGIFHWADDR, &request) < 0) fail(device);
    memcpy(own_address, request.ifr_hwaddr.sa_data, 6);
    setsockopt(descriptor, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes);
    return descriptor;
}

// How many packets are due now, a batch at most. Sleeps when none is, rather than look at the clock: who never sleeps is
// stopped by the system now and then, for longer than any network would.
static int due(double elapsed, double rate, unsigned long sent) {
    static const struct timespec pause = {.tv_nsec = 100000};
    if (rate == 0) return BATCH;
    double behind = elapsed * rate - sent;
    if (behind >= 1) return behind < BATCH ? (int)behind : BATCH;
    nanosleep(&pause, NULL);
    return 0;
}

static void send_blocks(int descriptor, struct transfer *transfers, int count, double rate, double seconds) {
    struct mmsghdr messages[BATCH] = {0};
    struct iovec vectors[BATCH];
    unsigned long sent = 0;
    double start = now(), elapsed;
    for (int first = 0; (elapsed = now() - start) < seconds;) {
        int batch = due(elapsed, rate, sent);
        if (batch > count) batch = count;
        for (int i = 0; i < batch; i++) {
            struct transfer *transfer = &transfers[(first + i) % count];
            next_block(transfer);
            vectors[i] = (struct iovec){&transfer->frame, sizeof transfer->frame};
            messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
        }
        int taken = batch ? sendmmsg(descriptor, messages, batch, 0) : 0;
        if (taken < 0 && errno != ENOBUFS && errno != EAGAIN) fail("sendmmsg");
        if (taken < 0) taken = 0;
        // What the device did not take comes again with the same number.
        for (int i = taken; i < batch; i++) transfers[(first + i) % count].block--;
        sent += taken;
        first = (first + taken) % count;
    }
    printf("sent %lu seconds %.6f\n", sent, elapsed);
}

int main(int count, char **words) {
    if (count == 4 && strcmp(words[1], "serve") == 0) serve(words[2], number(words[3], MOST));
    if (count != 10 || strcmp(words[1], "send") != 0) return fprintf(stderr, "see the head of transfers.c\n"), 2;
    static struct transfer transfers[MOST];
    uint8_t gateway[6], own[6];
    int transfer_count = number(words[7], MOST), first_port = number(words[6], 60000), descriptor;
    if (sscanf(words[3], "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", gateway, gateway + 1, gateway + 2, gateway + 3, gateway + 4,
               gateway + 5) != 6)
        errno = EINVAL, fail(words[3]);
    descriptor = packet_socket(words[2], own);
    for (int i = 0; i < transfer_count; i++) {
        struct sockaddr_in server = endpoint(words[5], 0);
        server.sin_port = open_transfer(words[4], words[5], first_port + i);
        make_frame(&transfers[i], own, gateway, endpoint(words[4], first_port + i), server);
    }
    send_blocks(descriptor, transfers, transfer_count, number(words[8], 10000000), number(words[9], 60));
    return 0;
}
