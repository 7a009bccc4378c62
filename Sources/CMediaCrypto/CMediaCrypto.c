// SHA-1's own functions are deprecated in OpenSSL 3 and have no successor that can copy a state without allocating.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "CMediaCrypto.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

// Ten blocks are the payload of 20 ms of G.711.
enum { blockLength = 16, blocksAtATime = 10, tagLengthOfGCM = 16, cacheLine = 64 };

static uint64_t bigEndian64(uint64_t value) { return __builtin_bswap64(value); }
static uint32_t bigEndian32(uint32_t value) { return __builtin_bswap32(value); }
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the byte order of this file");

// MARK: Contexts

static EVP_CIPHER_CTX *newCipher(const EVP_CIPHER *cipher, const uint8_t *key, int encrypts)
{
    EVP_CIPHER_CTX *context = cipher ? EVP_CIPHER_CTX_new() : NULL;
    if (!context) return NULL;
    if (EVP_CipherInit_ex2(context, cipher, key, NULL, encrypts, NULL) != 1
        || EVP_CIPHER_CTX_set_padding(context, 0) != 1) {
        EVP_CIPHER_CTX_free(context);
        ERR_clear_error();
        return NULL;
    }
    return context;
}

EVP_CIPHER_CTX *CMediaCrypto_newGCM(const uint8_t *key, size_t keyLength, int encrypts)
{
    switch (keyLength) {
    case 16: return newCipher(EVP_aes_128_gcm(), key, encrypts);
    case 32: return newCipher(EVP_aes_256_gcm(), key, encrypts);
    default: return NULL;
    }
}

void CMediaCrypto_freeCipher(EVP_CIPHER_CTX *cipher) { EVP_CIPHER_CTX_free(cipher); }

// MARK: AES in blocks

// Of AES-128, three cache lines: thousands of streams do not fit the processor's caches, and each line counts.
struct CMediaCrypto_BlockCipher {
    // For a processor that has no instructions for AES; then there are no round keys.
    EVP_CIPHER_CTX *evp;
    uint32_t rounds;
    _Alignas(blockLength) uint8_t roundKeys[15][blockLength];
};

typedef uint8_t KeyStream[blocksAtATime * blockLength];

#ifdef __x86_64__
static int hasInstructions(void) { return __builtin_cpu_supports("aes"); }

// FIPS 197 section 5.2.
__attribute__((target("aes"))) static void expand(
    struct CMediaCrypto_BlockCipher *cipher, const uint8_t *key, size_t length)
{
    const size_t keyWords = length / 4, words = 4 * (keyWords + 7);
    uint32_t schedule[60];
    uint32_t constant = 1;
    memcpy(schedule, key, length);
    for (size_t word = keyWords; word < words; word++) {
        uint32_t next = schedule[word - 1];
        if (word % keyWords == 0 || (keyWords > 6 && word % keyWords == 4)) {
            // The instruction puts SubWord of the second word into the first one.
            next = (uint32_t)_mm_cvtsi128_si32(_mm_aeskeygenassist_si128(_mm_set1_epi32((int)next), 0));
        }
        if (word % keyWords == 0) {
            next = (next >> 8 | next << 24) ^ constant;
            constant = constant << 1 ^ (constant & 0x80 ? 0x11b : 0);
        }
        schedule[word] = schedule[word - keyWords] ^ next;
    }
    memcpy(cipher->roundKeys, schedule, 4 * words);
    cipher->rounds = (uint32_t)keyWords + 6;
    OPENSSL_cleanse(schedule, sizeof schedule);
}

// All blocks side by side: the processor works on several at once.
__attribute__((target("aes"))) static void encrypt(const struct CMediaCrypto_BlockCipher *cipher, KeyStream stream)
{
    const __m128i *keys = (const __m128i *)cipher->roundKeys;
    __m128i *memory = (__m128i *)stream;
    __m128i blocks[blocksAtATime];
    for (int block = 0; block < blocksAtATime; block++)
        blocks[block] = _mm_xor_si128(_mm_loadu_si128(memory + block), keys[0]);
    for (uint32_t round = 1; round < cipher->rounds; round++)
        for (int block = 0; block < blocksAtATime; block++)
            blocks[block] = _mm_aesenc_si128(blocks[block], keys[round]);
    for (int block = 0; block < blocksAtATime; block++)
        _mm_storeu_si128(memory + block, _mm_aesenclast_si128(blocks[block], keys[cipher->rounds]));
}
#else
static int hasInstructions(void) { return 0; }
static void expand(struct CMediaCrypto_BlockCipher *cipher, const uint8_t *key, size_t length) {}
static void encrypt(const struct CMediaCrypto_BlockCipher *cipher, KeyStream stream) {}
#endif

static struct CMediaCrypto_BlockCipher *newBlockCipher(
    const EVP_CIPHER *algorithm, const uint8_t *key, size_t keyLength, int usesInstructions)
{
    const size_t size = (sizeof(struct CMediaCrypto_BlockCipher) + cacheLine - 1) / cacheLine * cacheLine;
    struct CMediaCrypto_BlockCipher *cipher = aligned_alloc(cacheLine, size);
    if (!cipher) return NULL;
    memset(cipher, 0, size);
    if (usesInstructions && hasInstructions()) {
        expand(cipher, key, keyLength);
    } else if (!(cipher->evp = newCipher(algorithm, key, 1))) {
        free(cipher);
        return NULL;
    }
    return cipher;
}

struct CMediaCrypto_BlockCipher *CMediaCrypto_newBlockCipher(
    const uint8_t *key, size_t keyLength, int usesInstructions)
{
    switch (keyLength) {
    case 16: return newBlockCipher(EVP_aes_128_ecb(), key, keyLength, usesInstructions);
    case 32: return newBlockCipher(EVP_aes_256_ecb(), key, keyLength, usesInstructions);
    default: return NULL;
    }
}

void CMediaCrypto_freeBlockCipher(struct CMediaCrypto_BlockCipher *cipher)
{
    EVP_CIPHER_CTX_free(cipher->evp);
    OPENSSL_cleanse(cipher, sizeof *cipher);
    free(cipher);
}

// MARK: Counter mode

static void combine(uint8_t *bytes, const uint8_t *stream, size_t count)
{
    size_t index = 0;
    for (; index + 8 <= count; index += 8) {
        uint64_t text, key;
        memcpy(&text, bytes + index, 8);
        memcpy(&key, stream + index, 8);
        text ^= key;
        memcpy(bytes + index, &text, 8);
    }
    for (; index < count; index++) bytes[index] ^= stream[index];
}

// RFC 3711 section 4.1.1. EVP's own counter mode has to be told a new counter for each packet first, and what it keeps of a
// key lies in several places.
int CMediaCrypto_counterMode(
    const struct CMediaCrypto_BlockCipher *cipher, uint64_t high, uint64_t low, uint8_t *bytes, size_t length)
{
    KeyStream stream;
    const uint64_t first = bigEndian64(high);
    for (size_t start = 0; start < length; start += sizeof stream) {
        for (size_t block = 0; block < blocksAtATime; block++) {
            const uint64_t second = bigEndian64((low & ~0xffffULL) | ((low + start / blockLength + block) & 0xffff));
            memcpy(stream + block * blockLength, &first, 8);
            memcpy(stream + block * blockLength + 8, &second, 8);
        }
        if (!cipher->evp) {
            encrypt(cipher, stream);
        } else {
            int written = 0;
            if (EVP_EncryptUpdate(cipher->evp, stream, &written, stream, sizeof stream) != 1) {
                ERR_clear_error();
                return 0;
            }
        }
        combine(bytes + start, stream, length - start < sizeof stream ? length - start : sizeof stream);
    }
    return 1;
}

// MARK: HMAC-SHA1

static void save(uint32_t state[5], const SHA_CTX *hash)
{
    state[0] = hash->h0;
    state[1] = hash->h1;
    state[2] = hash->h2;
    state[3] = hash->h3;
    state[4] = hash->h4;
}

// The hash's state behind one block, its buffer empty.
static void restore(SHA_CTX *hash, const uint32_t state[5])
{
    hash->h0 = state[0];
    hash->h1 = state[1];
    hash->h2 = state[2];
    hash->h3 = state[3];
    hash->h4 = state[4];
    hash->Nl = SHA_CBLOCK * 8;
    hash->Nh = 0;
    hash->num = 0;
}

void CMediaCrypto_prepareHMAC(struct CMediaCrypto_HMAC *hmac, const uint8_t *key, size_t keyLength)
{
    uint8_t block[SHA_CBLOCK];
    const size_t count = keyLength < sizeof block ? keyLength : sizeof block;
    SHA_CTX hash;
    memset(block, 0x36, sizeof block);
    for (size_t index = 0; index < count; index++) block[index] ^= key[index];
    SHA1_Init(&hash);
    SHA1_Update(&hash, block, sizeof block);
    save(hmac->inner, &hash);
    for (size_t index = 0; index < sizeof block; index++) block[index] ^= 0x36 ^ 0x5c;
    SHA1_Init(&hash);
    SHA1_Update(&hash, block, sizeof block);
    save(hmac->outer, &hash);
    OPENSSL_cleanse(block, sizeof block);
    OPENSSL_cleanse(&hash, sizeof hash);
}

// FIPS 180-4 section 5.1.1: fills up `block`, which holds the last `count` bytes of `total`. The length it has then.
static size_t pad(uint8_t block[2 * SHA_CBLOCK], size_t count, uint64_t total)
{
    const uint64_t bits = bigEndian64(8 * total);
    const size_t length = count + 1 + sizeof bits <= SHA_CBLOCK ? SHA_CBLOCK : 2 * SHA_CBLOCK;
    memset(block + count, 0, length - count);
    block[count] = 0x80;
    memcpy(block + length - sizeof bits, &bits, sizeof bits);
    return length;
}

static void write(const SHA_CTX *hash, uint8_t result[SHA_DIGEST_LENGTH])
{
    uint32_t state[5];
    save(state, hash);
    for (int word = 0; word < 5; word++) state[word] = bigEndian32(state[word]);
    memcpy(result, state, sizeof state);
}

// The hash gets whole blocks alone, which costs less than its own buffer and end.
static void digest(
    const struct CMediaCrypto_HMAC *hmac, const uint8_t *bytes, size_t length, uint32_t trailer, size_t trailerLength,
    uint8_t result[SHA_DIGEST_LENGTH])
{
    const uint32_t last = bigEndian32(trailer);
    const size_t whole = length / SHA_CBLOCK * SHA_CBLOCK;
    uint8_t block[2 * SHA_CBLOCK];
    size_t count = length - whole;
    SHA_CTX hash;
    memcpy(block, bytes + whole, count);
    if (trailerLength == sizeof last) {
        memcpy(block + count, &last, sizeof last);
        count += sizeof last;
    }
    restore(&hash, hmac->inner);
    SHA1_Update(&hash, bytes, whole);
    SHA1_Update(&hash, block, pad(block, count, SHA_CBLOCK + whole + count));
    write(&hash, block);
    restore(&hash, hmac->outer);
    SHA1_Update(&hash, block, pad(block, SHA_DIGEST_LENGTH, SHA_CBLOCK + SHA_DIGEST_LENGTH));
    write(&hash, result);
}

void CMediaCrypto_sign(
    const struct CMediaCrypto_HMAC *hmac, const uint8_t *bytes, size_t length, uint32_t trailer, size_t trailerLength,
    uint8_t *tag, size_t tagLength)
{
    uint8_t result[SHA_DIGEST_LENGTH];
    digest(hmac, bytes, length, trailer, trailerLength, result);
    memcpy(tag, result, tagLength < sizeof result ? tagLength : sizeof result);
}

int CMediaCrypto_verify(
    const struct CMediaCrypto_HMAC *hmac, const uint8_t *bytes, size_t length, uint32_t trailer, size_t trailerLength,
    const uint8_t *tag, size_t tagLength)
{
    uint8_t result[SHA_DIGEST_LENGTH];
    // No tag is as good as any, which must not be.
    if (tagLength == 0 || tagLength > sizeof result) return 0;
    digest(hmac, bytes, length, trailer, trailerLength, result);
    return CRYPTO_memcmp(result, tag, tagLength) == 0;
}

// MARK: GCM

// Gives the cipher the nonce and what it authenticates in the clear (RFC 7714 sections 8 and 9).
static int begin(
    EVP_CIPHER_CTX *gcm, const uint8_t nonce[12], const uint8_t *clear, size_t clearLength, uint32_t trailer,
    size_t trailerLength)
{
    const uint32_t last = bigEndian32(trailer);
    int written = 0;
    if (clearLength > INT_MAX) return 0;
    if (EVP_CipherInit_ex2(gcm, NULL, NULL, nonce, -1, NULL) != 1) return 0;
    if (EVP_CipherUpdate(gcm, NULL, &written, clear, (int)clearLength) != 1) return 0;
    if (trailerLength != sizeof last) return 1;
    return EVP_CipherUpdate(gcm, NULL, &written, (const uint8_t *)&last, sizeof last) == 1;
}

int CMediaCrypto_seal(
    EVP_CIPHER_CTX *gcm, const uint8_t nonce[12], const uint8_t *clear, size_t clearLength, uint32_t trailer,
    size_t trailerLength, uint8_t *bytes, size_t length, uint8_t *tag)
{
    int written = 0;
    const int done = length <= INT_MAX && begin(gcm, nonce, clear, clearLength, trailer, trailerLength)
        && EVP_CipherUpdate(gcm, bytes, &written, bytes, (int)length) == 1
        && EVP_CipherFinal_ex(gcm, bytes + length, &written) == 1
        && EVP_CIPHER_CTX_ctrl(gcm, EVP_CTRL_AEAD_GET_TAG, tagLengthOfGCM, tag) == 1;
    if (!done) ERR_clear_error();
    return done;
}

int CMediaCrypto_open(
    EVP_CIPHER_CTX *gcm, const uint8_t nonce[12], const uint8_t *clear, size_t clearLength, uint32_t trailer,
    size_t trailerLength, uint8_t *bytes, size_t length, const uint8_t *tag)
{
    int written = 0;
    if (length > INT_MAX || !begin(gcm, nonce, clear, clearLength, trailer, trailerLength)
        || EVP_CipherUpdate(gcm, bytes, &written, bytes, (int)length) != 1
        || EVP_CIPHER_CTX_ctrl(gcm, EVP_CTRL_AEAD_SET_TAG, tagLengthOfGCM, (void *)tag) != 1) {
        ERR_clear_error();
        return -1;
    }
    if (EVP_CipherFinal_ex(gcm, bytes + length, &written) == 1) return 1;
    ERR_clear_error();
    return 0;
}
