/*
 * A nameserver that answers from a table, far faster than what asks it. Arguments are words KEY=VALUE:
 *
 *   port=, address=
 *   zone=       the table: a line "NAME KIND RECORDS TTL" each; "*.NAME" is everything below a name that has no line, "*" the rest
 *   delay=      microseconds from a query to its reply
 *
 * KIND is `data`, `v4` (AAAA is empty), `chain` (two aliases in front of the records), `empty`, `denied`, `fails` or `silent`.
 * At SIGUSR1 it writes how many queries it got, as one line of JSON.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH 64
#define MAX_MESSAGE 1232
#define QUEUE 65536

enum kind { DATA, V4, CHAIN, EMPTY, DENIED, FAILS, SILENT };
static const char *const kinds[] = {"data", "v4", "chain", "empty", "denied", "fails", "silent"};

struct entry {
	unsigned char *name; /* wire format, lower case */
	unsigned length;
	enum kind kind;
	unsigned records, ttl;
};

struct delayed {
	uint64_t due_ns;
	struct sockaddr_in to;
	unsigned length;
	unsigned char bytes[MAX_MESSAGE];
};

static struct entry *table;
static unsigned places;
static volatile sig_atomic_t asked_for_count;
static unsigned long long queries;

static void on_signal(int number)
{
	(void)number;
	asked_for_count = 1;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static unsigned hash_of(const unsigned char *name, unsigned length)
{
	unsigned hash = 2166136261u;
	for (unsigned i = 0; i < length; i++)
		hash = (hash ^ name[i]) * 16777619u;
	return hash;
}

static struct entry *find(const unsigned char *name, unsigned length)
{
	unsigned at = hash_of(name, length) % places;
	for (; table[at].name; at = (at + 1) % places)
		if (table[at].length == length && !memcmp(table[at].name, name, length))
			return &table[at];
	return &table[at];
}

static unsigned encode(char *text, unsigned char *name)
{
	unsigned char *at = name;
	for (char *label = strtok(text, "."); label; label = strtok(0, ".")) {
		unsigned length = strlen(label);
		*at++ = length;
		for (unsigned i = 0; i < length; i++)
			*at++ = tolower(label[i]);
	}
	*at++ = 0;
	return at - name;
}

static void read_zone(const char *path)
{
	FILE *file = fopen(path, "r");
	char text[256], kind[16];
	unsigned records, ttl, lines = 0;
	if (!file)
		fail(path);
	while (fscanf(file, "%255s %15s %u %u", text, kind, &records, &ttl) == 4)
		lines++;
	places = lines * 2 + 16;
	table = calloc(places, sizeof *table);
	rewind(file);
	while (fscanf(file, "%255s %15s %u %u", text, kind, &records, &ttl) == 4) {
		unsigned char name[256];
		unsigned length = encode(text, name);
		struct entry *entry = find(name, length);
		entry->name = memcpy(malloc(length), name, length);
		entry->length = length;
		entry->records = records;
		entry->ttl = ttl;
		while (entry->kind < SILENT && strcmp(kinds[entry->kind], kind))
			entry->kind++;
	}
	fclose(file);
}

/* The line of a name, or that of the nearest name above it that has a "*" line. */
static const struct entry *entry_of(const unsigned char *name, unsigned length)
{
	unsigned char below[258];
	struct entry *entry = find(name, length);
	while (!entry->name && length > 1) {
		length -= *name + 1;
		name += *name + 1;
		below[0] = 1;
		below[1] = '*';
		memcpy(below + 2, name, length);
		entry = find(below, length + 2);
	}
	return entry->name ? entry : 0;
}

static unsigned char *put16(unsigned char *at, unsigned value)
{
	*at++ = value >> 8;
	*at++ = value;
	return at;
}

static unsigned char *put_head(unsigned char *at, unsigned owner, unsigned type, unsigned ttl, unsigned length)
{
	at = put16(at, 0xc000 | owner);
	at = put16(at, type);
	at = put16(at, 1);
	at = put16(at, ttl >> 16);
	at = put16(at, ttl);
	return put16(at, length);
}

/* `a.` in front of the owner; returns where that name stands. */
static unsigned put_alias(unsigned char **at, const unsigned char *reply, unsigned owner, unsigned ttl)
{
	*at = put_head(*at, owner, 5, ttl, 4);
	unsigned target = *at - reply;
	*(*at)++ = 1;
	*(*at)++ = 'a';
	*at = put16(*at, 0xc000 | owner);
	return target;
}

static unsigned char *put_records(unsigned char *at, unsigned owner, unsigned type, const struct entry *entry)
{
	for (unsigned i = 1; i <= entry->records; i++) {
		at = put_head(at, owner, type, entry->ttl, type == 1 ? 4 : 16);
		if (type == 1) {
			memcpy(at, (unsigned char[]){192, 0, 2, i}, 4);
			at += 4;
		} else {
			memcpy(at, (unsigned char[16]){0x20, 1, 0x0d, 0xb8, [15] = i}, 16);
			at += 16;
		}
	}
	return at;
}

/* The zone begins below the first label of the name. */
static unsigned char *put_soa(unsigned char *at, const unsigned char *query, unsigned ttl)
{
	unsigned apex = query[12] ? 12 + 1 + query[12] : 12;
	at = put_head(at, apex, 6, ttl, 24);
	at = put16(at, 0xc000 | apex);
	at = put16(at, 0xc000 | apex);
	for (int i = 0; i < 4; i++) {
		at = put16(at, 0);
		at = put16(at, 3600);
	}
	at = put16(at, ttl >> 16);
	return put16(at, ttl);
}

/* Returns the length of the reply, 0 for none. */
static unsigned answer(const unsigned char *query, unsigned size, unsigned char *reply)
{
	unsigned char name[256];
	unsigned end = 12, answers = 0, authorities = 0;
	if (size < 17 || query[2] & 0x80)
		return 0;
	while (end < size && query[end] && end < 12 + 255)
		end += query[end] + 1;
	unsigned name_length = ++end - 12;
	if (end + 4 > size || name_length > 255)
		return 0;
	for (unsigned i = 0; i < name_length; i++)
		name[i] = tolower(query[12 + i]);
	unsigned type = query[end] << 8 | query[end + 1];
	end += 4;
	static const struct entry none = {.kind = DENIED, .ttl = 30};
	const struct entry *entry = entry_of(name, name_length);
	if (!entry)
		entry = &none;
	if (entry->kind == SILENT)
		return 0;
	memcpy(reply, query, end);
	reply[2] = 0x81;
	reply[3] = 0x80 | (entry->kind == DENIED ? 3 : entry->kind == FAILS ? 2 : 0);
	unsigned char *at = reply + end;
	int has_records = (entry->kind == DATA || entry->kind == CHAIN || (entry->kind == V4 && type == 1)) &&
	                  (type == 1 || type == 28);
	if (has_records) {
		unsigned owner = 12;
		for (int i = 0; entry->kind == CHAIN && i < 2; i++, answers++)
			owner = put_alias(&at, reply, owner, entry->ttl);
		at = put_records(at, owner, type, entry);
		answers += entry->records;
	} else if (entry->kind != FAILS) {
		at = put_soa(at, query, entry->ttl);
		authorities = 1;
	}
	int opt = query[11];
	if (opt) {
		memcpy(at, (unsigned char[11]){0, 0, 41, 1232 >> 8, 1232 & 255}, 11);
		at += 11;
	}
	put16(reply + 4, 1);
	put16(reply + 6, answers);
	put16(reply + 8, authorities);
	put16(reply + 10, opt);
	return at - reply;
}

static struct delayed *queue;
static unsigned queue_first, queue_count;

static void send_due(int fd)
{
	for (; queue_count; queue_first = (queue_first + 1) % QUEUE, queue_count--) {
		struct delayed *next = &queue[queue_first];
		if (next->due_ns > now_ns())
			return;
		sendto(fd, next->bytes, next->length, 0, (void *)&next->to, sizeof next->to);
	}
}

/* Until something arrives or is due. */
static void wait_for_work(int fd)
{
	struct pollfd watched = {.fd = fd, .events = POLLIN};
	struct timespec left = {0}, *limit = 0;
	if (queue_count) {
		uint64_t now = now_ns(), due = queue[queue_first].due_ns;
		uint64_t wait = due > now ? due - now : 0;
		left.tv_sec = wait / 1000000000;
		left.tv_nsec = wait % 1000000000;
		limit = &left;
	}
	ppoll(&watched, 1, limit, 0);
}

static void tell_count(void)
{
	if (!asked_for_count)
		return;
	asked_for_count = 0;
	printf("{\"queries\":%llu}\n", queries);
	fflush(stdout);
}

static void serve(int fd, uint64_t delay_ns)
{
	static unsigned char in[BATCH][MAX_MESSAGE], out[BATCH][MAX_MESSAGE];
	static struct sockaddr_in from[BATCH];
	static struct iovec in_part[BATCH], out_part[BATCH];
	static struct mmsghdr received[BATCH], sent[BATCH];
	for (;;) {
		tell_count();
		if (delay_ns) {
			send_due(fd);
			wait_for_work(fd);
		}
		for (int i = 0; i < BATCH; i++) {
			in_part[i] = (struct iovec){in[i], MAX_MESSAGE};
			received[i].msg_hdr = (struct msghdr){
			    .msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &in_part[i], .msg_iovlen = 1};
		}
		int count = recvmmsg(fd, received, BATCH, delay_ns ? MSG_DONTWAIT : MSG_WAITFORONE, 0), replies = 0;
		for (int i = 0; i < count; i++) {
			unsigned char *reply = out[replies];
			struct delayed *place = 0;
			queries++;
			if (delay_ns) {
				if (queue_count == QUEUE)
					continue;
				place = &queue[(queue_first + queue_count) % QUEUE];
				reply = place->bytes;
			}
			unsigned length = answer(in[i], received[i].msg_len, reply);
			if (!length)
				continue;
			if (place) {
				place->due_ns = now_ns() + delay_ns;
				place->to = from[i];
				place->length = length;
				queue_count++;
				continue;
			}
			out_part[replies] = (struct iovec){reply, length};
			sent[replies].msg_hdr = (struct msghdr){
			    .msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &out_part[replies], .msg_iovlen = 1};
			replies++;
		}
		for (int done = 0; done < replies;) {
			int more = sendmmsg(fd, sent + done, replies - done, 0);
			done += more > 0 ? more : 1;
		}
	}
}

int main(int count, char **words)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	uint64_t delay_ns = 0;
	int space = 16 << 20;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	prctl(PR_SET_TIMERSLACK, 1000);
	for (int i = 1; i < count; i++) {
		char *value = strchr(words[i], '=');
		if (!value)
			return 2;
		*value++ = 0;
		if (!strcmp(words[i], "port")) at.sin_port = htons(atoi(value));
		else if (!strcmp(words[i], "address")) inet_pton(AF_INET, value, &at.sin_addr);
		else if (!strcmp(words[i], "zone")) read_zone(value);
		else if (!strcmp(words[i], "delay")) delay_ns = strtoull(value, 0, 10) * 1000;
		else return 2;
	}
	if (!table)
		return 2;
	if (delay_ns && !(queue = malloc(QUEUE * sizeof *queue)))
		fail("memory");
	struct sigaction on_count = {.sa_handler = on_signal};
	sigaction(SIGUSR1, &on_count, 0);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &space, sizeof space);
	if (bind(fd, (void *)&at, sizeof at))
		fail("bind");
	puts("{\"ready\":true}");
	fflush(stdout);
	serve(fd, delay_ns);
}
