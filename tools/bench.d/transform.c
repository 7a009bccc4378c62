// The floor of tools/bench srtp: AES-128 in counter mode and HMAC-SHA1 with saved states over a 172-byte packet, with keys
// of as many streams as said, one after the other in no order. No header is read, no index kept.
//
//     gcc -O2 -o transform transform.c -lcrypto && ./transform STREAMS…
#define OPENSSL_SUPPRESS_DEPRECATED

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

enum { header = 12, payload = 160, rounds = 7, packets = 100000, slots = 64, slot = 256, blocks = payload / 16 };

struct stream {
    EVP_CIPHER_CTX *cipher;
    SHA_CTX inner, outer;
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void pad(SHA_CTX *hash, uint8_t byte, const uint8_t key[20]) {
    uint8_t block[64];
    memset(block, byte, sizeof block);
    for (int index = 0; index < 20; index++) block[index] ^= key[index];
    SHA1_Init(hash);
    SHA1_Update(hash, block, sizeof block);
}

static void transform(const struct stream *stream, uint8_t *packet, uint64_t number) {
    uint64_t keys[2 * blocks];
    for (int block = 0; block < blocks; block++) {
        keys[2 * block] = number;
        keys[2 * block + 1] = (uint64_t)block << 56;
    }
    int length;
    EVP_EncryptUpdate(stream->cipher, (uint8_t *)keys, &length, (const uint8_t *)keys, sizeof keys);
    for (int word = 0; word < 2 * blocks; word++) {
        uint64_t text;
        memcpy(&text, packet + header + 8 * word, 8);
        text ^= keys[word];
        memcpy(packet + header + 8 * word, &text, 8);
    }
    uint8_t digest[20];
    SHA_CTX hash = stream->inner;
    SHA1_Update(&hash, packet, header + payload);
    SHA1_Update(&hash, &number, 4);
    SHA1_Final(digest, &hash);
    hash = stream->outer;
    SHA1_Update(&hash, digest, sizeof digest);
    SHA1_Final(digest, &hash);
    memcpy(packet + header + payload, digest, 10);
}

static int compare(const void *left, const void *right) {
    const double difference = *(const double *)left - *(const double *)right;
    return difference < 0 ? -1 : difference > 0;
}

static double measure(size_t count) {
    struct stream *streams = calloc(count, sizeof *streams);
    size_t *order = calloc(count, sizeof *order);
    static uint8_t buffer[slots * slot];
    if (!streams || !order) exit(1);
    for (size_t index = 0; index < count; index++) {
        uint8_t key[20] = {0};
        memcpy(key, &index, sizeof index);
        streams[index].cipher = EVP_CIPHER_CTX_new();
        EVP_EncryptInit_ex(streams[index].cipher, EVP_aes_128_ecb(), NULL, key, NULL);
        EVP_CIPHER_CTX_set_padding(streams[index].cipher, 0);
        pad(&streams[index].inner, 0x36, key);
        pad(&streams[index].outer, 0x5c, key);
        order[index] = index;
    }
    for (size_t index = count; index > 1; index--) {
        const size_t other = (size_t)rand() % index, held = order[index - 1];
        order[index - 1] = order[other];
        order[other] = held;
    }
    double samples[rounds];
    for (int round = 0; round < rounds; round++) {
        const double start = now();
        for (uint64_t number = 0; number < packets; number++)
            transform(&streams[order[number % count]], buffer + number % slots * slot, number);
        samples[round] = (now() - start) / packets;
    }
    qsort(samples, rounds, sizeof *samples, compare);
    return samples[rounds / 2];
}

int main(int count, char **arguments) {
    for (int index = 1; index < count; index++)
        printf("floor.nanosecondsPerPacketAt%sStreams=%.1f\n", arguments[index], measure(strtoul(arguments[index], NULL, 10)));
    return 0;
}
