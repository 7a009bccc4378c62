#include "CTLSLibrary.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

/// What TLS uses of one operation: algorithms by their first name, and, once chosen, as the provider has them.
typedef struct {
    int operation;
    const char *names[20];
    OSSL_ALGORITHM *algorithms;
} Choice;

/// For the suites, groups and signatures that OpenSSL's TLS has (RFC 5246 and 8446 among others), and the digests that
/// certificates are signed with. Ed448 is made of SHAKE256.
static Choice choices[] = {
    { OSSL_OP_DIGEST,
      { "MD5", "SHA1", "MD5-SHA1", "SHA2-224", "SHA2-256", "SHA2-384", "SHA2-512", "SHA2-512/224", "SHA2-512/256", "SHA3-224",
        "SHA3-256", "SHA3-384", "SHA3-512", "SHAKE-256" },
      NULL },
    { OSSL_OP_CIPHER,
      { "NULL", "AES-128-CBC", "AES-256-CBC", "AES-128-CBC-HMAC-SHA1", "AES-256-CBC-HMAC-SHA1", "AES-128-CBC-HMAC-SHA256",
        "AES-256-CBC-HMAC-SHA256", "AES-128-GCM", "AES-256-GCM", "AES-128-CCM", "AES-256-CCM", "ChaCha20-Poly1305",
        "ARIA-128-GCM", "ARIA-256-GCM", "CAMELLIA-128-CBC", "CAMELLIA-256-CBC", "DES-EDE3-CBC" },
      NULL },
    { OSSL_OP_MAC, { "HMAC" }, NULL },
    { OSSL_OP_KDF, { "TLS1-PRF", "TLS13-KDF", "HKDF" }, NULL },
    { OSSL_OP_RAND, { "CTR-DRBG", "SEED-SRC" }, NULL },
    { OSSL_OP_KEYMGMT, { "RSA", "RSA-PSS", "EC", "DSA", "ED25519", "ED448", "DH", "X25519", "X448", "HMAC" }, NULL },
    { OSSL_OP_KEYEXCH, { "DH", "ECDH", "X25519", "X448" }, NULL },
    { OSSL_OP_SIGNATURE, { "RSA", "ECDSA", "DSA", "ED25519", "ED448", "HMAC" }, NULL },
    { OSSL_OP_ASYM_CIPHER, { "RSA" }, NULL },
    { OSSL_OP_DECODER, { "RSA", "RSA-PSS", "EC", "DSA", "ED25519", "ED448" }, NULL },
};
enum { COUNT = sizeof choices / sizeof choices[0] };

static OSSL_PROVIDER *provider;
static OSSL_LIB_CTX *library;

static const OSSL_ALGORITHM *query(void *context, int operation, int *noStore)
{
    (void)context;
    const OSSL_ALGORITHM *all = OSSL_PROVIDER_query_operation(provider, operation, noStore);
    for (size_t index = 0; index < COUNT; index++) {
        if (choices[index].operation == operation) return choices[index].algorithms;
    }
    return all;
}

/// Groups of TLS, for one.
static int capabilities(void *context, const char *name, OSSL_CALLBACK *take, void *argument)
{
    (void)context;
    return OSSL_PROVIDER_get_capabilities(provider, name, take, argument);
}

static const OSSL_DISPATCH functions[] = {
    { OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query },
    { OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (void (*)(void))capabilities },
    { 0, NULL },
};

static int begin(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *core, const OSSL_DISPATCH **own, void **context)
{
    (void)handle;
    (void)core;
    *own = functions;
    *context = OSSL_PROVIDER_get0_provider_ctx(provider);
    return 1;
}

/// Whether the first of `names`, as in "AES-128-CBC:AES128:2.16.840.1.101.3.4.1.2", is `name`.
static int isCalled(const char *names, const char *name)
{
    return strncmp(names, name, strlen(name)) == 0 && strchr(":", names[strlen(name)]);
}

static int isWanted(const OSSL_ALGORITHM *algorithm, const Choice *choice)
{
    // Of decoders, those that read a certificate's key (RFC 5280 section 4.1.2.7).
    if (choice->operation == OSSL_OP_DECODER
        && !(algorithm->property_definition && strstr(algorithm->property_definition, "structure=SubjectPublicKeyInfo")))
        return 0;
    for (const char *const *name = choice->names; *name; name++) {
        if (isCalled(algorithm->algorithm_names, *name)) return 1;
    }
    return 0;
}

/// 0 when there is none.
static int choose(Choice *choice)
{
    int noStore = 0;
    size_t count = 0, place = 0;
    const OSSL_ALGORITHM *all = OSSL_PROVIDER_query_operation(provider, choice->operation, &noStore);
    while (all && all[count].algorithm_names) count++;
    choice->algorithms = calloc(count + 1, sizeof *all);
    for (size_t index = 0; choice->algorithms && index < count; index++) {
        if (isWanted(&all[index], choice)) choice->algorithms[place++] = all[index];
    }
    return place > 0;
}

static int isUsual(OSSL_PROVIDER *found, void *context)
{
    const char *name = OSSL_PROVIDER_get0_name(found);
    (void)context;
    return strcmp(name, "default") == 0 || strcmp(name, "base") == 0;
}

/// Whether OpenSSL's own library context is as it is without a configuration: the default provider, and no other.
static int isPlain(void)
{
    return OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL) && !EVP_default_properties_is_fips_enabled(NULL)
        && OSSL_PROVIDER_available(NULL, "default") && OSSL_PROVIDER_do_all(NULL, isUsual, NULL);
}

static void make(void)
{
    if (!isPlain()) return;
    provider = OSSL_PROVIDER_load(NULL, "default");
    if (!provider) return;
    for (size_t index = 0; index < COUNT; index++) {
        if (!choose(&choices[index])) return;
    }
    OSSL_LIB_CTX *made = OSSL_LIB_CTX_new();
    if (!made) return;
    if (OSSL_PROVIDER_add_builtin(made, "tls", begin) == 1 && OSSL_PROVIDER_load(made, "tls")) {
        library = made;
    } else {
        OSSL_LIB_CTX_free(made);
    }
}

static void makeQuietly(void)
{
    ERR_set_mark();
    make();
    ERR_pop_to_mark();
}

struct ossl_lib_ctx_st *CTLSLibrary_shared(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, makeQuietly);
    return library;
}
