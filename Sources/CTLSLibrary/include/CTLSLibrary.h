/// A library context of OpenSSL's for TLS, in which the keys of certificates are read quickly.
///
/// OpenSSL 3.0 looks, for each certificate that it reads, at every algorithm that its library context has come to know, and
/// compares every decoder with every other: 1.5 million instructions a phone, as much as checking five signatures. This one
/// knows, of the default provider's algorithms, those that TLS uses, 64 of 250. So it takes a fifth.
///
/// It is C since a provider is tables of C functions (provider(7)).
#ifndef CTLSLIBRARY_H
#define CTLSLIBRARY_H

/// OpenSSL's OSSL_LIB_CTX.
struct ossl_lib_ctx_st;

/// The one that there is, from any thread; it stays. NULL, which stands for OpenSSL's own, where it cannot be made, and where
/// the system's configuration wants FIPS, or any provider beside the default one, whose algorithms would be missed here.
struct ossl_lib_ctx_st *CTLSLibrary_shared(void);

#endif
