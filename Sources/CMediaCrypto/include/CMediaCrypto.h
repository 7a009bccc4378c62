/// What SRTP does to the bytes of each packet, on OpenSSL's libcrypto and, for AES in counter mode, on the processor's
/// own instructions where it has them: one call for each step, nothing allocated, no lock.
///
/// It stands here and not in Swift for those instructions' sake and for SHA-1's: an HMAC from saved states needs the
/// functions that OpenSSL 3 calls deprecated, and costs two thirds of what EVP makes of it.
#ifndef CMEDIACRYPTO_H
#define CMEDIACRYPTO_H

#include <stddef.h>
#include <stdint.h>

/// OpenSSL's EVP_CIPHER_CTX.
struct evp_cipher_ctx_st;

/// AES under one key, for counter mode.
struct CMediaCrypto_BlockCipher;

/// HMAC-SHA1's key (RFC 2104), as the hash's state behind the inner and the outer padded key.
struct CMediaCrypto_HMAC {
    uint32_t inner[5];
    uint32_t outer[5];
};

/// `keyLength` is 16 or 32. By OpenSSL where the processor has no instructions for AES, or they are not to be used. NULL
/// when OpenSSL refuses.
struct CMediaCrypto_BlockCipher *CMediaCrypto_newBlockCipher(
    const uint8_t *key, size_t keyLength, int usesInstructions);
/// Wipes the key, too.
void CMediaCrypto_freeBlockCipher(struct CMediaCrypto_BlockCipher *cipher);
/// AES-GCM, one way only. `keyLength` is 16 or 32. NULL when OpenSSL refuses.
struct evp_cipher_ctx_st *CMediaCrypto_newGCM(const uint8_t *key, size_t keyLength, int encrypts);
/// Wipes the key, too.
void CMediaCrypto_freeCipher(struct evp_cipher_ctx_st *cipher);

/// Encrypts or decrypts `bytes` in place: XOR with the cipher of a counter that starts at `high`, `low` (big-endian halves)
/// and counts blocks in its lowest 16 bits. 1 when done.
int CMediaCrypto_counterMode(
    const struct CMediaCrypto_BlockCipher *cipher, uint64_t high, uint64_t low, uint8_t *bytes, size_t length);

/// `keyLength` is at most 64.
void CMediaCrypto_prepareHMAC(struct CMediaCrypto_HMAC *hmac, const uint8_t *key, size_t keyLength);
/// Writes the leftmost `tagLength` bytes, at most 20, of the HMAC of `bytes` and, behind them, `trailerLength` bytes, 0 or
/// 4, of `trailer`. `tag` may lie right behind `bytes`.
void CMediaCrypto_sign(
    const struct CMediaCrypto_HMAC *hmac, const uint8_t *bytes, size_t length, uint32_t trailer, size_t trailerLength,
    uint8_t *tag, size_t tagLength);
/// Whether that is the tag. Takes as long whichever byte differs.
int CMediaCrypto_verify(
    const struct CMediaCrypto_HMAC *hmac, const uint8_t *bytes, size_t length, uint32_t trailer, size_t trailerLength,
    const uint8_t *tag, size_t tagLength);

/// Encrypts `bytes` in place and writes the tag of 16 bytes. What is authenticated and not encrypted is `clear`, then
/// `trailerLength` bytes, 0 or 4, of `trailer`. 1 when done.
int CMediaCrypto_seal(
    struct evp_cipher_ctx_st *gcm, const uint8_t nonce[12], const uint8_t *clear, size_t clearLength, uint32_t trailer,
    size_t trailerLength, uint8_t *bytes, size_t length, uint8_t *tag);
/// Decrypts `bytes` in place and verifies the tag of 16 bytes; what it decrypted is of no use where the tag is wrong.
/// 1 when done, 0 when the tag is wrong, -1 when OpenSSL refuses.
int CMediaCrypto_open(
    struct evp_cipher_ctx_st *gcm, const uint8_t nonce[12], const uint8_t *clear, size_t clearLength, uint32_t trailer,
    size_t trailerLength, uint8_t *bytes, size_t length, const uint8_t *tag);

#endif
