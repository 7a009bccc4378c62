// TFTP downloads as load: several clients at once, each with one file after the other, as RFC 1350 has them: octet, no
// options, blocks of 512 bytes, a port of its own for every file.
//
//     downloads SERVER CLIENTS NAMES
//         fetches the files that NAMES lists, one a line. Prints "files FILES bytes BYTES seconds SECONDS again REPEATED
//         failed FAILED": REPEATED packets were sent again after half a second of silence.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CLIENTS = 256, BLOCK = 512, TRIES = 10, PATIENCE_MS = 500 };

struct client {
    int socket, tries, length;
    uint16_t block;
    int64_t due;
    struct sockaddr_in peer;
    char last[600];
};

static struct client clients[MOST_CLIENTS];
static struct pollfd polled[MOST_CLIENTS];
static struct sockaddr_in server = {.sin_family = AF_INET};
static FILE *names;
static long files, bytes, repeated, failed;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static void transmit(struct client *client) {
    sendto(client->socket, client->last, client->length, 0, (struct sockaddr *)&client->peer, sizeof client->peer);
    client->due = now() + PATIENCE_MS;
}

// The next file of the list, on a new socket; 0 when there is none.
static int begin(struct client *client) {
    char name[256];
    if (!fgets(name, sizeof name, names)) return client->socket = -1, 0;
    name[strcspn(name, "\n")] = 0;
    client->socket = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (client->socket < 0) fail("socket");
    client->length = 2 + sprintf(client->last + 2, "%s", name) + 1;
    client->last[0] = 0, client->last[1] = 1;
    client->length += sprintf(client->last + client->length, "octet") + 1;
    client->block = 0, client->tries = 0, client->peer = server;
    transmit(client);
    return 1;
}

static void end(struct client *client, int whole) {
    close(client->socket);
    if (whole) files++;
    else failed++;
    begin(client);
}

static void receive(struct client *client) {
    uint8_t packet[BLOCK + 4];
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    long length = recvfrom(client->socket, packet, sizeof packet, 0, (struct sockaddr *)&from, &size);
    if (length < 4) return;
    if (packet[1] == 5) return end(client, 0);
    if (packet[1] != 3 || (uint16_t)(packet[2] << 8 | packet[3]) != (uint16_t)(client->block + 1)) return;
    client->peer = from, client->block++, client->tries = 0;
    bytes += length - 4;
    client->last[1] = 4, client->last[2] = packet[2], client->last[3] = packet[3], client->length = 4;
    transmit(client);
    if (length < BLOCK + 4) end(client, 1);
}

static void repeat(struct client *client) {
    if (++client->tries > TRIES) return end(client, 0);
    repeated++;
    transmit(client);
}

int main(int count, char **words) {
    if (count != 4) return fprintf(stderr, "usage: downloads SERVER CLIENTS NAMES\n"), 2;
    int width = atoi(words[2]), active = 0;
    if (width < 1 || width > MOST_CLIENTS) errno = ERANGE, fail(words[2]);
    server.sin_port = htons(69);
    if (inet_pton(AF_INET, words[1], &server.sin_addr) != 1) errno = EINVAL, fail(words[1]);
    if (!(names = fopen(words[3], "r"))) fail(words[3]);
    int64_t start = now();
    for (int i = 0; i < width; i++) active += begin(&clients[i]);
    while (active > 0) {
        for (int i = 0; i < width; i++) polled[i] = (struct pollfd){.fd = clients[i].socket, .events = POLLIN};
        poll(polled, width, 100);
        int64_t moment = now();
        for (int i = 0; i < width; i++) {
            if (clients[i].socket < 0) continue;
            if (polled[i].revents) receive(&clients[i]);
            else if (clients[i].due <= moment) repeat(&clients[i]);
            if (clients[i].socket < 0) active--;
        }
    }
    double seconds = (now() - start) / 1000.0;
    printf("files %ld bytes %ld seconds %.3f again %ld failed %ld\n", files, bytes, seconds, repeated, failed);
    return failed > 0;
}
