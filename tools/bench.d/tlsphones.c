// The two ends of what `tools/bench tls` measures.
//
//   tlsphones echo PORT
//       a server on 127.0.0.1 that sends back what it gets.
//   tlsphones call PORT CERTIFICATE KEY CIPHER RESUMED(0|1) THREADS CONNECTIONS
//       phones that connect, shake hands (TLS 1.2, with a certificate), send 100 bytes, wait for them and leave; so many at a
//       time. Prints how many there were, and how many resumed a session.
//   tlsphones idle PORT CERTIFICATE KEY CIPHER CONNECTIONS
//       phones that do the same and stay. Says "idle" when all are there, and leaves when standard input ends.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { LENGTH = 100 };

static int port;
static const char *cipher;
static SSL_CTX *phones;
static int resumes;
static atomic_long left, done, resumed;

static void fail(const char *what) {
    fprintf(stderr, "tlsphones: %s: %s\n", what, strerror(errno));
    ERR_print_errors_fp(stderr);
    exit(1);
}

static struct sockaddr_in loopback(int number) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(number)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static void no_delay(int socket) {
    int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static void echo(void) {
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1, queue = epoll_create1(0);
    struct sockaddr_in address = loopback(port);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) fail("listen");
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, ready[64];
    epoll_ctl(queue, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(queue, ready, 64, -1);
        for (int index = 0; index < count; index++) {
            int socket = ready[index].data.fd;
            if (socket == listener) {
                if ((socket = accept(listener, NULL, NULL)) < 0) continue;
                no_delay(socket);
                event.data.fd = socket;
                epoll_ctl(queue, EPOLL_CTL_ADD, socket, &event);
                continue;
            }
            char bytes[4096];
            ssize_t length = recv(socket, bytes, sizeof bytes, 0);
            if (length <= 0 || send(socket, bytes, length, MSG_NOSIGNAL) != length) close(socket);
        }
    }
}

static SSL *call(SSL_SESSION *session) {
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = loopback(port);
    if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address)) fail("connect");
    no_delay(descriptor);
    SSL *phone = SSL_new(phones);
    SSL_set_fd(phone, descriptor);
    if (session) SSL_set_session(phone, session);
    if (SSL_connect(phone) != 1) fail("handshake");
    char bytes[LENGTH] = {0};
    if (SSL_write(phone, bytes, LENGTH) != LENGTH) fail("write");
    for (int length = 0; length < LENGTH;) {
        int some = SSL_read(phone, bytes, LENGTH - length);
        if (some <= 0) fail("read");
        length += some;
    }
    return phone;
}

static void leave(SSL *phone) {
    int descriptor = SSL_get_fd(phone);
    SSL_shutdown(phone);
    SSL_free(phone);
    close(descriptor);
}

static void *calls(void *unused) {
    (void)unused;
    SSL_SESSION *session = NULL;
    while (atomic_fetch_sub(&left, 1) > 0) {
        SSL *phone = call(session);
        atomic_fetch_add(&resumed, SSL_session_reused(phone));
        if (resumes && !session) session = SSL_get1_session(phone);
        leave(phone);
        atomic_fetch_add(&done, 1);
    }
    return NULL;
}

static void prepare(char **words) {
    cipher = words[5];
    phones = SSL_CTX_new(TLS_client_method());
    if (!phones || !SSL_CTX_set_min_proto_version(phones, TLS1_2_VERSION) || !SSL_CTX_set_max_proto_version(phones, TLS1_2_VERSION) ||
        !SSL_CTX_set_cipher_list(phones, cipher) || SSL_CTX_use_certificate_file(phones, words[3], SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_use_PrivateKey_file(phones, words[4], SSL_FILETYPE_PEM) != 1)
        fail("certificate");
    SSL_CTX_set_mode(phones, SSL_MODE_RELEASE_BUFFERS);
}

int main(int count, char **words) {
    if (count < 3) return fprintf(stderr, "usage: see the source\n"), 2;
    port = atoi(words[2]);
    if (count == 3 && !strcmp(words[1], "echo")) echo();
    if (count == 9 && !strcmp(words[1], "call")) {
        prepare(words);
        resumes = atoi(words[6]);
        left = atol(words[8]);
        int threads = atoi(words[7]);
        pthread_t *made = calloc(threads, sizeof *made);
        for (int index = 0; index < threads; index++) pthread_create(&made[index], NULL, calls, NULL);
        for (int index = 0; index < threads; index++) pthread_join(made[index], NULL);
        printf("%ld %ld\n", done, resumed);
        return 0;
    }
    if (count == 7 && !strcmp(words[1], "idle")) {
        prepare(words);
        for (long index = atol(words[6]); index > 0; index--) call(NULL);
        printf("idle\n");
        fflush(stdout);
        while (getchar() != EOF) {}
        return 0;
    }
    return fprintf(stderr, "usage: see the source\n"), 2;
}
