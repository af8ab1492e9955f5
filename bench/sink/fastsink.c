/* An SMTP server that takes mail and forgets it, faster than any client can send.
 *
 * One thread, epoll, PIPELINING. It understands what bench/delivery.py needs and no more.
 *
 *   cc -O2 -o fastsink fastsink.c
 *   fastsink PORT [DELAY_MS]      PORT 0: any free one
 *
 * Prints the port when it listens, and on SIGTERM the number of messages taken. With DELAY_MS
 * every reply leaves that much later, as if the client were that far away.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { READ_SIZE = 256 * 1024, LINE_SIZE = 4096, REPLY_SIZE = 16384, MOST = 4096 };

struct client {
    int fd, in_data, line_len, tail_len, out_len, closing;
    char line[LINE_SIZE], tail[4], out[REPLY_SIZE];
};

struct later { /* a reply that waits for its time; the delay is constant, so this is a queue */
    double due;
    int client, len, close_after;
    char *text;
    struct later *next;
};

static struct client *clients[MOST];
static struct later *first, *last;
static double delay;
static long taken;
static volatile sig_atomic_t over;

static void stop(int sig) { (void)sig; over = 1; }

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void drop(int fd) {
    if (clients[fd]) { free(clients[fd]); clients[fd] = NULL; close(fd); }
}

static void say(struct client *c, const char *text) {
    int len = strlen(text);
    if (c->out_len + len <= REPLY_SIZE) { memcpy(c->out + c->out_len, text, len); c->out_len += len; }
}

static void flush_replies(struct client *c) {
    if (!c->out_len) return;
    if (delay > 0) {
        struct later *l = malloc(sizeof *l);
        *l = (struct later){now() + delay, c->fd, c->out_len, c->closing, memcpy(malloc(c->out_len), c->out, c->out_len), NULL};
        if (last) last->next = l; else first = l;
        last = l;
        c->out_len = 0;
        return;
    }
    if (write(c->fd, c->out, c->out_len) < 0) c->closing = 1;
    c->out_len = 0;
}

static void command(struct client *c) {
    char *l = c->line;
    if (!strncasecmp(l, "EHLO", 4))
        say(c, "250-fastsink\r\n250-PIPELINING\r\n250-SIZE 100000000\r\n250-ENHANCEDSTATUSCODES\r\n250-DSN\r\n250 8BITMIME\r\n");
    else if (!strncasecmp(l, "HELO", 4)) say(c, "250 fastsink\r\n");
    else if (!strncasecmp(l, "MAIL", 4)) say(c, "250 2.1.0 Ok\r\n");
    else if (!strncasecmp(l, "RCPT", 4)) say(c, "250 2.1.5 Ok\r\n");
    else if (!strncasecmp(l, "DATA", 4)) { say(c, "354 Go on\r\n"); c->in_data = 1; c->tail_len = 2; memcpy(c->tail, "\r\n", 2); }
    else if (!strncasecmp(l, "RSET", 4) || !strncasecmp(l, "NOOP", 4)) say(c, "250 2.0.0 Ok\r\n");
    else if (!strncasecmp(l, "QUIT", 4)) { say(c, "221 2.0.0 Bye\r\n"); c->closing = 1; }
    else say(c, "500 5.5.2 What?\r\n");
}

/* Return how many bytes of `data` belong to the message; set *end when its last dot was among them. */
static size_t message(struct client *c, const char *data, size_t len, int *end) {
    static const char dot[] = "\r\n.\r\n";
    char edge[8];
    size_t head = len < 4 ? len : 4, at;
    memcpy(edge, c->tail, c->tail_len);
    memcpy(edge + c->tail_len, data, head);
    char *found = memmem(edge, c->tail_len + head, dot, 5);
    if (found) at = (found - edge) + 5 - c->tail_len;
    else if ((found = memmem(data, len, dot, 5))) at = (found - data) + 5;
    else {
        char both[8];
        size_t keep = len < 4 ? len : 4;
        if (len >= 4) { memcpy(c->tail, data + len - 4, 4); c->tail_len = 4; }
        else {
            memcpy(both, c->tail, c->tail_len);
            memcpy(both + c->tail_len, data, keep);
            size_t all = c->tail_len + keep, from = all > 4 ? all - 4 : 0;
            c->tail_len = all - from;
            memcpy(c->tail, both + from, c->tail_len);
        }
        return len;
    }
    *end = 1;
    return at;
}

static void feed(struct client *c, const char *data, size_t len) {
    while (len && !c->closing) {
        if (c->in_data) {
            int end = 0;
            size_t used = message(c, data, len, &end);
            data += used; len -= used;
            if (end) {
                char reply[64];
                c->in_data = 0;
                snprintf(reply, sizeof reply, "250 2.0.0 Ok: queued as %010lX\r\n", ++taken);
                say(c, reply);
            }
            continue;
        }
        const char *nl = memchr(data, '\n', len);
        size_t part = nl ? (size_t)(nl - data) + 1 : len;
        if (c->line_len + part < LINE_SIZE) { memcpy(c->line + c->line_len, data, part); c->line_len += part; }
        data += part; len -= part;
        if (nl) { c->line[c->line_len] = 0; c->line_len = 0; command(c); }
    }
}

static void send_due(void) {
    double t = now();
    while (first && first->due <= t) {
        struct later *l = first;
        first = l->next;
        if (!first) last = NULL;
        if (clients[l->client]) {
            if (write(l->client, l->text, l->len) < 0 || l->close_after) drop(l->client);
        }
        free(l->text);
        free(l);
    }
}

int main(int argc, char **argv) {
    static char data[READ_SIZE];
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 0), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof where;
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), poll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[64];
    delay = argc > 2 ? atof(argv[2]) / 1000 : 0;
    signal(SIGTERM, stop);
    signal(SIGPIPE, SIG_IGN);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (void *)&where, sizeof where) || listen(listener, 512)) { perror("fastsink"); return 1; }
    getsockname(listener, (void *)&where, &size);
    printf("%d\n", ntohs(where.sin_port));
    fflush(stdout);
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    while (!over) {
        struct timespec exact = {0, 0};
        if (first) {
            double left = first->due - now();
            if (left < 0) left = 0;
            exact.tv_sec = (long)left;
            exact.tv_nsec = (long)((left - exact.tv_sec) * 1e9);
        } else exact.tv_sec = 1;
        int n = epoll_pwait2(poll, events, 64, &exact, NULL);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                int new = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
                if (new < 0) continue;
                if (new >= MOST) { close(new); continue; }
                clients[new] = calloc(1, sizeof(struct client));
                clients[new]->fd = new;
                setsockopt(new, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                event.data.fd = new;
                epoll_ctl(poll, EPOLL_CTL_ADD, new, &event);
                say(clients[new], "220 fastsink ESMTP\r\n");
                flush_replies(clients[new]);
                continue;
            }
            struct client *c = clients[fd];
            if (!c) continue;
            ssize_t got = read(fd, data, sizeof data);
            if (got <= 0) { if (got == 0 || errno != EAGAIN) drop(fd); continue; }
            feed(c, data, got);
            flush_replies(c);
            if (c->closing && delay <= 0) drop(fd);
        }
        send_due();
    }
    printf("%ld\n", taken);
    return 0;
}
