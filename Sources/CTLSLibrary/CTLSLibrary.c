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

static OSSL_PROVIDER *provider;
static OSSL_ALGORITHM *decoders, *ciphers;
static OSSL_LIB_CTX *library;

static const OSSL_ALGORITHM *query(void *context, int operation, int *noStore)
{
    (void)context;
    const OSSL_ALGORITHM *all = OSSL_PROVIDER_query_operation(provider, operation, noStore);
    switch (operation) {
    case OSSL_OP_DECODER: return decoders;
    case OSSL_OP_CIPHER: return ciphers;
    default: return all;
    }
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

/// Reads the key of a certificate (RFC 5280 section 4.1.2.7) that can sign.
static int isDecoderOfCertificates(const OSSL_ALGORITHM *decoder)
{
    static const char *const agreeing[] = { "DH", "DHX", "X25519", "X448" };
    for (size_t index = 0; index < sizeof agreeing / sizeof agreeing[0]; index++) {
        if (isCalled(decoder->algorithm_names, agreeing[index])) return 0;
    }
    return decoder->property_definition && strstr(decoder->property_definition, "structure=SubjectPublicKeyInfo");
}

/// Not one in a mode that no cipher suite has.
static int isCipherOfSuites(const OSSL_ALGORITHM *cipher)
{
    static const char *const others[] = { "-ECB", "-OFB", "-CFB", "-CTR", "-CTS", "-XTS", "-OCB", "-SIV", "-WRAP" };
    for (size_t index = 0; index < sizeof others / sizeof others[0]; index++) {
        if (strstr(cipher->algorithm_names, others[index])) return 0;
    }
    return 1;
}

/// Those of `operation`; NULL without any.
static OSSL_ALGORITHM *chosen(int operation, int (*isWanted)(const OSSL_ALGORITHM *))
{
    int noStore = 0;
    size_t count = 0, place = 0;
    const OSSL_ALGORITHM *all = OSSL_PROVIDER_query_operation(provider, operation, &noStore);
    while (all && all[count].algorithm_names) count++;
    OSSL_ALGORITHM *some = calloc(count + 1, sizeof *some);
    for (size_t index = 0; some && index < count; index++) {
        if (isWanted(&all[index])) some[place++] = all[index];
    }
    if (place > 0) return some;
    free(some);
    return NULL;
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
    decoders = chosen(OSSL_OP_DECODER, isDecoderOfCertificates);
    ciphers = chosen(OSSL_OP_CIPHER, isCipherOfSuites);
    OSSL_LIB_CTX *made = decoders && ciphers ? OSSL_LIB_CTX_new() : NULL;
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
