// SHA-1's own functions are deprecated in OpenSSL 3 and have no successor that can copy a state without allocating.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "CMediaCrypto.h"

#include <limits.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

enum { blockLength = 16, blocksAtATime = 96, tagLengthOfGCM = 16 };

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

EVP_CIPHER_CTX *CMediaCrypto_newBlockCipher(const uint8_t *key, size_t keyLength)
{
    switch (keyLength) {
    case 16: return newCipher(EVP_aes_128_ecb(), key, 1);
    case 32: return newCipher(EVP_aes_256_ecb(), key, 1);
    default: return NULL;
    }
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

// MARK: Counter mode

// RFC 3711 section 4.1.1. The counter blocks go through the cipher all at once: half the time of EVP's own counter mode,
// which has to be told a new counter for each packet first.
int CMediaCrypto_counterMode(EVP_CIPHER_CTX *blockCipher, uint64_t high, uint64_t low, uint8_t *bytes, size_t length)
{
    uint8_t stream[blocksAtATime * blockLength];
    const uint64_t first = bigEndian64(high);
    int result = 1;
    for (size_t start = 0; start < length && result == 1; start += sizeof stream) {
        const size_t count = length - start < sizeof stream ? length - start : sizeof stream;
        const size_t blocks = (count + blockLength - 1) / blockLength;
        for (size_t block = 0; block < blocks; block++) {
            const uint64_t second = bigEndian64((low & ~0xffffULL) | ((low + start / blockLength + block) & 0xffff));
            memcpy(stream + block * blockLength, &first, 8);
            memcpy(stream + block * blockLength + 8, &second, 8);
        }
        int written = 0;
        result = EVP_EncryptUpdate(blockCipher, stream, &written, stream, (int)(blocks * blockLength));
        if (result != 1) break;
        size_t index = 0;
        for (; index + 8 <= count; index += 8) {
            uint64_t text, key;
            memcpy(&text, bytes + start + index, 8);
            memcpy(&key, stream + index, 8);
            text ^= key;
            memcpy(bytes + start + index, &text, 8);
        }
        for (; index < count; index++) bytes[start + index] ^= stream[index];
    }
    if (result != 1) ERR_clear_error();
    return result == 1;
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

static void digest(
    const struct CMediaCrypto_HMAC *hmac, const uint8_t *bytes, size_t length, uint32_t trailer, size_t trailerLength,
    uint8_t result[SHA_DIGEST_LENGTH])
{
    const uint32_t last = bigEndian32(trailer);
    SHA_CTX hash;
    restore(&hash, hmac->inner);
    SHA1_Update(&hash, bytes, length);
    if (trailerLength == sizeof last) SHA1_Update(&hash, &last, sizeof last);
    SHA1_Final(result, &hash);
    restore(&hash, hmac->outer);
    SHA1_Update(&hash, result, SHA_DIGEST_LENGTH);
    SHA1_Final(result, &hash);
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
