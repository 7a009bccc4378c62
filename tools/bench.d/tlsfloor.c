// TLS handshakes in memory, without sockets: the CPU time that the server's calls take. The least that ending TLS can cost.
//
//   tlsfloor CERTIFICATE KEY AUTHORITY PHONE-CERTIFICATE PHONE-KEY CIPHER RESUMED(0|1) SECONDS
//
// Prints microseconds per handshake. TLS 1.2; the phone shows a certificate, which is checked.
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double cpu_time(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

static SSL_SESSION *session;

static int keep_session(SSL *connection, SSL_SESSION *made) {
    (void)connection;
    SSL_SESSION_free(session);
    session = made;
    return 1;
}

static void fail(const char *what) {
    fprintf(stderr, "tlsfloor: %s\n", what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static SSL_CTX *context(const SSL_METHOD *method, const char *cipher, const char *certificate, const char *key,
                        const char *authority) {
    SSL_CTX *made = SSL_CTX_new(method);
    if (!made || !SSL_CTX_set_min_proto_version(made, TLS1_2_VERSION) || !SSL_CTX_set_max_proto_version(made, TLS1_2_VERSION) ||
        !SSL_CTX_set_cipher_list(made, cipher) || SSL_CTX_use_certificate_file(made, certificate, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_use_PrivateKey_file(made, key, SSL_FILETYPE_PEM) != 1 || !SSL_CTX_load_verify_locations(made, authority, NULL))
        fail("context");
    return made;
}

int main(int count, char **words) {
    if (count != 9) return fprintf(stderr, "usage: see the source\n"), 2;
    const int resumed = atoi(words[7]);
    const double seconds = atof(words[8]);
    SSL_CTX *server = context(TLS_server_method(), words[6], words[1], words[2], words[3]);
    SSL_CTX *client = context(TLS_client_method(), words[6], words[4], words[5], words[3]);
    SSL_CTX_set_verify(server, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_session_id_context(server, (const unsigned char *)"floor", 5);
    SSL_CTX_set_options(server, SSL_OP_NO_TICKET);
    if (resumed) {
        SSL_CTX_set_session_cache_mode(client, SSL_SESS_CACHE_CLIENT);
        SSL_CTX_sess_set_new_cb(client, keep_session);
    } else {
        SSL_CTX_set_session_cache_mode(server, SSL_SESS_CACHE_OFF);
    }
    double used = 0;
    unsigned long handshakes = 0, hits = 0;
    for (double start = cpu_time(); cpu_time() - start < seconds;) {
        BIO *up = BIO_new(BIO_s_mem()), *down = BIO_new(BIO_s_mem());
        BIO_up_ref(up);
        BIO_up_ref(down);
        double before = cpu_time();
        SSL *box = SSL_new(server);
        SSL_set_bio(box, up, down);
        SSL_set_accept_state(box);
        used += cpu_time() - before;
        SSL *phone = SSL_new(client);
        SSL_set_bio(phone, down, up);
        SSL_set_connect_state(phone);
        if (resumed && session) SSL_set_session(phone, session);
        for (int turn = 0; !(SSL_is_init_finished(box) && SSL_is_init_finished(phone)); turn++) {
            if (turn == 20) fail("no handshake");
            SSL_do_handshake(phone);
            before = cpu_time();
            SSL_do_handshake(box);
            used += cpu_time() - before;
        }
        hits += SSL_session_reused(box);
        handshakes++;
        before = cpu_time();
        SSL_shutdown(box);
        SSL_free(box);
        used += cpu_time() - before;
        SSL_set_shutdown(phone, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
        SSL_free(phone);
    }
    if (resumed && hits + 1 < handshakes) fail("sessions are not resumed");
    printf("%.2f\n", used * 1e6 / handshakes);
    return 0;
}
