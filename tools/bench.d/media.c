// Load for media relays: paced streams of SRTP or RTP, a sink that measures delay, and calls set up at rtpengine. Every mode is
// bounded in time and count, and works only on the device and the addresses that it is given.
//
//   media send DEVICE MAC SOURCE DESTINATION STREAMS FIRST RATE SECONDS [forged]
//       Sends RATE packets a second over all streams in turn (0: as fast as it goes), 160 bytes of payload each, the first of
//       which are the time (CLOCK_REALTIME, nanoseconds). FIRST is the index of each stream's first packet. Protects what has a
//       key (AES_CM_128_HMAC_SHA1_80), with a wrong one when forged. Prints "sent PACKETS seconds SECONDS next INDEX".
//   media sink DEVICE FIRSTPORT LASTPORT SECONDS
//       Receives plain RTP of `send` from the device, whoever it is for; prints "received PACKETS wrong PACKETS p50 US p99 US
//       max US" of the delay from `send` to the device.
//   media calls COUNT STREAMS
//       Sets up calls at the rtpengine that listens on 127.0.0.1:22222: 198.18.1.2 (SRTP) with 198.18.2.2 (RTP). Writes
//       STREAMS.a and STREAMS.b for `send`.
//
// A streams file has a line for each: source port, destination port, SSRC, key and salt in hexadecimal or "-".
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_STREAMS = 20000, BATCH = 16, FRAME = 256, PAYLOAD = 160, HEADERS = 42, TAG = 10, MAX_SECONDS = 60 };

struct stream {
    uint16_t source, destination;
    uint32_t ssrc;
    uint64_t index;
    int is_protected;
    EVP_CIPHER_CTX *cipher;
    SHA_CTX inner, outer;
    uint8_t salt[14];
};

static struct stream streams[MAX_STREAMS];

static void fail(const char *what) {
    fprintf(stderr, "media: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void put16(uint8_t *at, uint16_t value) { at[0] = value >> 8, at[1] = (uint8_t)value; }
static void put32(uint8_t *at, uint32_t value) { put16(at, value >> 16), put16(at + 2, (uint16_t)value); }
static uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

static uint32_t add(uint32_t sum, const uint8_t *bytes, int count) {
    for (; count > 1; bytes += 2, count -= 2) sum += get16(bytes);
    return count ? sum + ((uint32_t)*bytes << 8) : sum;
}

static uint16_t finish(uint32_t sum) {
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

// --- SRTP (RFC 3711)

static void derive(const uint8_t *key, uint8_t label, uint8_t *out, int count) {
    uint8_t iv[16] = {0}, zeros[32] = {0};
    int length;
    memcpy(iv, key + 16, 14);
    iv[7] ^= label;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), NULL, key, iv);
    EVP_EncryptUpdate(context, out, &length, zeros, count);
    EVP_CIPHER_CTX_free(context);
}

static void set_key(struct stream *stream, const uint8_t *key) {
    uint8_t cipher[16], tag[20], pad[64];
    derive(key, 0, cipher, 16);
    derive(key, 1, tag, 20);
    derive(key, 2, stream->salt, 14);
    stream->cipher = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(stream->cipher, EVP_aes_128_ctr(), NULL, cipher, NULL);
    memset(pad, 0x36, 64);
    for (int i = 0; i < 20; i++) pad[i] ^= tag[i];
    SHA1_Init(&stream->inner), SHA1_Update(&stream->inner, pad, 64);
    memset(pad, 0x5c, 64);
    for (int i = 0; i < 20; i++) pad[i] ^= tag[i];
    SHA1_Init(&stream->outer), SHA1_Update(&stream->outer, pad, 64);
    stream->is_protected = 1;
}

static int protect(struct stream *stream, uint8_t *packet, int length) {
    uint8_t iv[16] = {0}, rollover[4], digest[20];
    int encrypted;
    memcpy(iv, stream->salt, 14);
    for (int i = 0; i < 4; i++) iv[4 + i] ^= (uint8_t)(stream->ssrc >> (24 - 8 * i));
    for (int i = 0; i < 6; i++) iv[8 + i] ^= (uint8_t)(stream->index >> (40 - 8 * i));
    EVP_EncryptInit_ex(stream->cipher, NULL, NULL, NULL, iv);
    EVP_EncryptUpdate(stream->cipher, packet + 12, &encrypted, packet + 12, length - 12);
    put32(rollover, (uint32_t)(stream->index >> 16));
    SHA_CTX context = stream->inner;
    SHA1_Update(&context, packet, (size_t)length), SHA1_Update(&context, rollover, 4), SHA1_Final(digest, &context);
    context = stream->outer;
    SHA1_Update(&context, digest, 20), SHA1_Final(digest, &context);
    memcpy(packet + length, digest, TAG);
    return length + TAG;
}

// --- Sending

static int read_streams(const char *path, uint64_t first, int is_forged) {
    FILE *file = fopen(path, "r");
    if (!file) fail(path);
    int count = 0;
    unsigned source, destination, ssrc;
    char text[128];
    while (count < MAX_STREAMS && fscanf(file, "%u %u %u %127s", &source, &destination, &ssrc, text) == 4) {
        struct stream *stream = &streams[count++];
        *stream = (struct stream){.source = source, .destination = destination, .ssrc = ssrc, .index = first};
        if (strlen(text) != 60) continue;
        uint8_t key[30];
        for (int i = 0; i < 30; i++) sscanf(text + 2 * i, "%2hhx", &key[i]);
        if (is_forged) key[0] ^= 1;
        set_key(stream, key);
    }
    fclose(file);
    return count;
}

static int open_device(const char *name, uint8_t address[6], int protocol) {
    int descriptor = socket(AF_PACKET, SOCK_RAW, htons(protocol));
    if (descriptor < 0) fail("socket");
    struct sockaddr_ll link = {.sll_family = AF_PACKET, .sll_protocol = htons(protocol)};
    link.sll_ifindex = (int)if_nametoindex(name);
    if (!link.sll_ifindex || bind(descriptor, (struct sockaddr *)&link, sizeof link)) fail(name);
    struct ifreq request = {0};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (ioctl(descriptor, SIOCGIFHWADDR, &request)) fail(name);
    memcpy(address, request.ifr_hwaddr.sa_data, 6);
    return descriptor;
}

struct route {
    uint8_t ethernet[14];
    struct in_addr source, destination;
};

static int build(const struct route *route, struct stream *stream, uint8_t *frame, uint64_t time) {
    uint8_t *ip = frame + 14, *udp = ip + 20, *rtp = udp + 8;
    rtp[0] = 0x80, rtp[1] = 0;
    put16(rtp + 2, (uint16_t)stream->index);
    put32(rtp + 4, (uint32_t)stream->index * PAYLOAD);
    put32(rtp + 8, stream->ssrc);
    memset(rtp + 12, 0x55, PAYLOAD);
    memcpy(rtp + 12, &time, 8);
    int length = 12 + PAYLOAD;
    if (stream->is_protected) length = protect(stream, rtp, length);
    stream->index++;
    memcpy(frame, route->ethernet, 14);
    memset(ip, 0, 28);
    ip[0] = 0x45, ip[8] = 64, ip[9] = 17;
    put16(ip + 2, (uint16_t)(28 + length));
    memcpy(ip + 12, &route->source, 4), memcpy(ip + 16, &route->destination, 4);
    put16(ip + 10, finish(add(0, ip, 20)));
    put16(udp, stream->source), put16(udp + 2, stream->destination), put16(udp + 4, (uint16_t)(8 + length));
    uint16_t checksum = finish(add(add(17 + 8 + (uint32_t)length, ip + 12, 8), udp, 8 + length));
    put16(udp + 6, checksum ? checksum : 0xffff);
    return HEADERS + length;
}

static int send_streams(char **words, int is_forged) {
    struct route route = {.ethernet = {[12] = 8}};
    uint8_t *mac = route.ethernet;
    sscanf(words[1], "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", mac, mac + 1, mac + 2, mac + 3, mac + 4, mac + 5);
    int device = open_device(words[0], mac + 6, 0);
    int one = 1, buffer = 16 << 20;
    setsockopt(device, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one);
    setsockopt(device, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer);
    inet_pton(AF_INET, words[2], &route.source), inet_pton(AF_INET, words[3], &route.destination);
    int count = read_streams(words[4], strtoull(words[5], NULL, 10), is_forged);
    double rate = atof(words[6]), seconds = atof(words[7]);
    if (count == 0 || seconds > MAX_SECONDS) return 2;

    static uint8_t frames[BATCH][FRAME];
    struct mmsghdr messages[BATCH] = {0};
    struct iovec vectors[BATCH];
    for (int i = 0; i < BATCH; i++) messages[i].msg_hdr.msg_iov = &vectors[i], messages[i].msg_hdr.msg_iovlen = 1;
    uint64_t start = now(CLOCK_MONOTONIC), sent = 0, elapsed;
    int next = 0;
    while ((elapsed = now(CLOCK_MONOTONIC) - start) < seconds * 1e9) {
        int batch = BATCH;
        if (rate > 0) {
            double due = (double)elapsed * 1e-9 * rate - (double)sent;
            if (due < 1) {
                // Never busy: two senders share a processor.
                double wait = (1 - due) / rate;
                struct timespec nap = {0, wait > 1e-3 ? 1000000 : wait < 50e-6 ? 50000 : (long)(wait * 1e9)};
                nanosleep(&nap, NULL);
                continue;
            }
            if (due < batch) batch = (int)due;
        }
        uint64_t time = now(CLOCK_REALTIME);
        for (int i = 0; i < batch; i++) {
            vectors[i].iov_base = frames[i];
            vectors[i].iov_len = (size_t)build(&route, &streams[next], frames[i], time);
            next = next + 1 == count ? 0 : next + 1;
        }
        for (int done = 0; done < batch;) {
            int result = sendmmsg(device, messages + done, (unsigned)(batch - done), 0);
            if (result > 0) done += result;
        }
        sent += (uint64_t)batch;
    }
    printf("sent %lu seconds %.3f next %lu\n", sent, (double)(now(CLOCK_MONOTONIC) - start) * 1e-9, streams[0].index);
    return 0;
}

// --- Receiving

static int compare(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

// Nanoseconds from the payload's time to the kernel's stamp; 0 for a packet that is not of `send`.
static uint64_t delay_of(const uint8_t *frame, size_t length, struct msghdr *header) {
    for (int i = 20; i < PAYLOAD; i++)
        if (length < HEADERS + 12 + PAYLOAD || frame[HEADERS + 12 + i] != 0x55) return 0;
    struct cmsghdr *control = CMSG_FIRSTHDR(header);
    if (!control || control->cmsg_type != SCM_TIMESTAMPNS) return 0;
    struct timespec arrival;
    uint64_t time;
    memcpy(&arrival, CMSG_DATA(control), sizeof arrival);
    memcpy(&time, frame + HEADERS + 12, 8);
    uint64_t stamp = (uint64_t)arrival.tv_sec * 1000000000 + (uint64_t)arrival.tv_nsec;
    return stamp > time ? stamp - time : 1;
}

static int sink(char **words) {
    uint8_t address[6];
    int device = open_device(words[0], address, ETH_P_IP);
    int first = atoi(words[1]), last = atoi(words[2]);
    double seconds = atof(words[3]);
    if (seconds > MAX_SECONDS) return 2;
    int one = 1, buffer = 64 << 20;
    setsockopt(device, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
    setsockopt(device, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
    setsockopt(device, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one);
    enum { SLOTS = 64, MAX = 4000000 };
    static uint8_t frames[SLOTS][2048], controls[SLOTS][64];
    uint32_t *delays = malloc(MAX * sizeof *delays);
    size_t received = 0, wrong = 0;
    uint64_t end = now(CLOCK_MONOTONIC) + (uint64_t)(seconds * 1e9);
    for (;;) {
        struct mmsghdr messages[SLOTS] = {0};
        struct iovec vectors[SLOTS];
        for (int i = 0; i < SLOTS; i++) {
            vectors[i] = (struct iovec){frames[i], sizeof frames[i]};
            messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1, .msg_control = controls[i]};
            messages[i].msg_hdr.msg_controllen = sizeof controls[i];
        }
        int count = recvmmsg(device, messages, SLOTS, MSG_DONTWAIT, NULL);
        if (count <= 0) {
            // What waited when the time was over still counts.
            if (now(CLOCK_MONOTONIC) > end) break;
            struct timespec nap = {0, 2000000};
            nanosleep(&nap, NULL);
            continue;
        }
        for (int i = 0; i < count; i++) {
            int port = get16(frames[i] + 36);
            if (messages[i].msg_len < HEADERS || frames[i][23] != 17 || port < first || port > last) continue;
            uint64_t delay = delay_of(frames[i], messages[i].msg_len, &messages[i].msg_hdr);
            if (!delay) wrong++;
            else if (received < MAX) delays[received++] = (uint32_t)(delay / 100);
        }
    }
    qsort(delays, received, sizeof *delays, compare);
#define PERCENTILE(part) (received ? delays[(size_t)((double)(received - 1) * (part))] / 10.0 : 0)
    printf("received %zu wrong %zu p50 %.1f p99 %.1f max %.1f\n", received, wrong, PERCENTILE(0.5), PERCENTILE(0.99),
           PERCENTILE(1));
    return 0;
}

// --- Calls at rtpengine (its ng protocol: a cookie, then a bencoded dictionary)

static int control;

static void describe(char *sdp, size_t size, const char *host, int port, const char *profile, const char *key) {
    snprintf(sdp, size,
             "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\nm=audio %d %s 0\r\na=rtpmap:0 PCMU/8000\r\n%s%s%s",
             host, host, port, profile, key ? "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" : "", key ? key : "",
             key ? "\r\n" : "");
}

// Asks, and returns the port in the answer's description.
static int ask(int number, const char *command, const char *rest, const char *sdp) {
    char message[4096], call[32], cookie[32];
    snprintf(call, sizeof call, "bench-%d", number);
    int start = snprintf(cookie, sizeof cookie, "%d%c ", number, command[0]);
    int length = snprintf(message, sizeof message, "%sd7:call-id%zu:%s7:command%zu:%s8:from-tag1:a%s3:sdp%zu:%se", cookie,
                          strlen(call), call, strlen(command), command, rest, strlen(sdp), sdp);
    if (send(control, message, (size_t)length, 0) != length) fail("ng");
    do {
        length = (int)recv(control, message, sizeof message - 1, 0);
        if (length < 0) fail("ng");
        message[length] = 0;
    } while (strncmp(message, cookie, (size_t)start));
    char *line = strstr(message, "m=audio ");
    if (!line) fprintf(stderr, "media: %s\n", message), exit(1);
    return atoi(line + 8);
}

static int calls(int count, const char *path) {
    char name[512], sdp[1024];
    snprintf(name, sizeof name, "%s.a", path);
    FILE *outer = fopen(name, "w");
    snprintf(name, sizeof name, "%s.b", path);
    FILE *inner = fopen(name, "w");
    if (!outer || !inner || count > MAX_STREAMS) fail(path);
    control = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(22222), .sin_addr.s_addr = htonl(0x7f000001)};
    struct timeval patience = {3, 0};
    setsockopt(control, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(control, (struct sockaddr *)&address, sizeof address)) fail("ng");
    for (int i = 0; i < count; i++) {
        uint8_t key[30];
        char text[64];
        RAND_bytes(key, sizeof key);
        EVP_EncodeBlock((unsigned char *)text, key, sizeof key);
        int port = 20000 + 2 * i;
        describe(sdp, sizeof sdp, "198.18.1.2", port, "RTP/SAVP", text);
        int toward_b = ask(i, "offer", "18:transport-protocol7:RTP/AVP3:ICE6:remove9:directionl3:ext3:inte", sdp);
        describe(sdp, sizeof sdp, "198.18.2.2", port, "RTP/AVP", NULL);
        int toward_a = ask(i, "answer", "6:to-tag1:b3:ICE6:remove", sdp);
        fprintf(outer, "%d %d %d ", port, toward_a, 1000 + i);
        for (int k = 0; k < 30; k++) fprintf(outer, "%02x", key[k]);
        fprintf(outer, "\n");
        fprintf(inner, "%d %d %d -\n", port, toward_b, 500000 + i);
    }
    return fclose(outer) | fclose(inner);
}

int main(int count, char **words) {
    if (count >= 10 && !strcmp(words[1], "send")) return send_streams(words + 2, count > 10);
    if (count == 6 && !strcmp(words[1], "sink")) return sink(words + 2);
    if (count == 4 && !strcmp(words[1], "calls")) return calls(atoi(words[2]), words[3]);
    fprintf(stderr, "usage: media send|sink|calls …\n");
    return 2;
}
