/*
 * Asks a nameserver as C libraries do, and far faster than any of them: A and AAAA of a name leave one port together, and the
 * next lookup begins at another port when both are answered. Arguments are words KEY=VALUE; the report is one line of JSON.
 *
 *   port=, address=       the server
 *   pattern=, names=      a name with one %u or two, and how many there are of it; first= the first number
 *   order=                random or sequential
 *   open=                 lookups in flight
 *   ports=                sockets that take turns: C libraries use each port once
 *   lookups=, seconds=    whichever ends first
 *   rate=                 lookups per second; 0: the next begins when one is answered
 *   type=                 a number: both queries are of this type, and no A and AAAA
 *   opt=                  how many of a hundred lookups carry an OPT record
 *   timeout=              milliseconds until an unanswered lookup counts as lost
 *   spin=                 1: never sleeps, so that no server pays for waking it
 *   seed=
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <signal.h>

#define MAX_QUERY 300
#define MAX_REPLY 4096
#define HISTOGRAM 1000000 /* microseconds */

struct slot {
	int fd;
	int busy;
	uint16_t id[2];
	int answered; /* bit 0: A, bit 1: AAAA */
	uint64_t sent_ns;
};

static struct {
	const char *address, *pattern, *order;
	unsigned port, names, first, open, ports, rate, opt, timeout, spin, seed, type;
	unsigned long long lookups;
	double seconds;
} set = {.address = "127.0.0.1", .pattern = "n%u.bench.example", .order = "random", .names = 1000, .open = 64, .ports = 2048,
         .timeout = 2000, .seed = 1, .seconds = 3};

static struct slot *slots;
static unsigned char (*wire)[MAX_QUERY];
static unsigned char *wire_length;
static uint64_t chance;
static unsigned next_name, next_slot, in_flight;
static unsigned long long begun, done, lost, foreign, replies, records, truncated, echoed, rcodes[16];
static uint32_t histogram[HISTOGRAM];

static uint64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static uint64_t random64(void)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	return chance ^= chance << 17;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void read_arguments(int count, char **words)
{
	for (int i = 1; i < count; i++) {
		char *value = strchr(words[i], '=');
		if (!value) {
			fprintf(stderr, "not KEY=VALUE: %s\n", words[i]);
			exit(2);
		}
		*value++ = 0;
		unsigned number = strtoul(value, 0, 10);
#define TEXT(key) else if (!strcmp(words[i], #key)) set.key = value
#define NUMBER(key) else if (!strcmp(words[i], #key)) set.key = number
		if (!strcmp(words[i], "seconds")) set.seconds = atof(value);
		else if (!strcmp(words[i], "lookups")) set.lookups = strtoull(value, 0, 10);
		TEXT(address);
		TEXT(pattern);
		TEXT(order);
		NUMBER(port);
		NUMBER(names);
		NUMBER(first);
		NUMBER(open);
		NUMBER(ports);
		NUMBER(rate);
		NUMBER(opt);
		NUMBER(timeout);
		NUMBER(spin);
		NUMBER(seed);
		NUMBER(type);
		else {
			fprintf(stderr, "no such key: %s\n", words[i]);
			exit(2);
		}
	}
	if (set.ports < set.open)
		set.ports = set.open;
	chance = set.seed * 0x9e3779b97f4a7c15ull + 1;
}

static void write_names(void)
{
	wire = calloc(set.names, sizeof *wire);
	wire_length = calloc(set.names, 1);
	if (!wire || !wire_length)
		fail("memory");
	for (unsigned i = 0; i < set.names; i++) {
		char text[250];
		unsigned char *at = wire[i];
		snprintf(text, sizeof text, set.pattern, set.first + i, set.first + i);
		for (char *label = strtok(text, "."); label; label = strtok(0, ".")) {
			size_t length = strlen(label);
			*at++ = length;
			memcpy(at, label, length);
			at += length;
		}
		*at++ = 0;
		wire_length[i] = at - wire[i];
	}
}

static void open_slots(int events)
{
	struct rlimit files = {set.ports + 64, set.ports + 64}, had;
	getrlimit(RLIMIT_NOFILE, &had);
	if (had.rlim_max > files.rlim_max)
		files.rlim_max = had.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files))
		fail("open files");
	struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(set.port)};
	inet_pton(AF_INET, set.address, &server.sin_addr);
	slots = calloc(set.ports, sizeof *slots);
	for (unsigned i = 0; i < set.ports; i++) {
		struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
		slots[i].fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
		if (slots[i].fd < 0 || connect(slots[i].fd, (void *)&server, sizeof server))
			fail("socket");
		if (epoll_ctl(events, EPOLL_CTL_ADD, slots[i].fd, &event))
			fail("epoll");
	}
}

static size_t write_query(unsigned char *query, unsigned name, uint16_t id, unsigned type, int opt)
{
	static const unsigned char option[11] = {0, 0, 41, 1232 >> 8, 1232 & 255, 0, 0, 0, 0, 0, 0};
	unsigned char *at = query;
	*at++ = id >> 8;
	*at++ = id;
	memcpy(at, "\1\0\0\1\0\0\0\0\0", 9);
	at += 9;
	*at++ = opt;
	memcpy(at, wire[name], wire_length[name]);
	at += wire_length[name];
	*at++ = 0;
	*at++ = type;
	*at++ = 0;
	*at++ = 1;
	if (opt) {
		memcpy(at, option, sizeof option);
		at += sizeof option;
	}
	return at - query;
}

static void begin_lookup(void)
{
	static unsigned char query[2][MAX_QUERY];
	struct iovec part[2];
	struct mmsghdr messages[2];
	struct slot *slot;
	do {
		slot = &slots[next_slot];
		next_slot = (next_slot + 1) % set.ports;
	} while (slot->busy);
	uint64_t random = random64();
	unsigned name = set.order[0] == 'r' ? (random >> 40) % set.names : next_name++ % set.names;
	int opt = (random >> 32 & 0xff) * 100 / 256 < set.opt;
	for (int i = 0; i < 2; i++) {
		slot->id[i] = i ? slot->id[0] + 1 + (random >> 16 & 0xff) : random;
		part[i].iov_base = query[i];
		part[i].iov_len = write_query(query[i], name, slot->id[i], set.type ? set.type : i ? 28 : 1, opt);
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &part[i], .msg_iovlen = 1};
	}
	slot->busy = 1;
	slot->answered = 0;
	slot->sent_ns = now_ns();
	begun++;
	in_flight++;
	/* What the kernel refuses (a full buffer, nobody at the port yet) is lost like any other datagram. */
	sendmmsg(slot->fd, messages, 2, MSG_NOSIGNAL);
}

static void end_lookup(struct slot *slot, uint64_t now)
{
	uint64_t microseconds = (now - slot->sent_ns) / 1000;
	histogram[microseconds < HISTOGRAM ? microseconds : HISTOGRAM - 1]++;
	slot->busy = 0;
	in_flight--;
	done++;
}

static void read_reply(struct slot *slot, const unsigned char *reply, unsigned length)
{
	if (length < 12)
		return;
	uint16_t id = reply[0] << 8 | reply[1];
	int half = id == slot->id[0] ? 1 : id == slot->id[1] ? 2 : 0;
	if (!slot->busy || !half || slot->answered & half) {
		foreign++;
		return;
	}
	slot->answered |= half;
	replies++;
	if (!(reply[2] & 0x80)) {
		echoed++;
		return;
	}
	rcodes[reply[3] & 15]++;
	records += reply[6] << 8 | reply[7];
	truncated += !!(reply[2] & 2);
}

static void read_slot(struct slot *slot)
{
	static unsigned char space[2][MAX_REPLY];
	struct iovec part[2] = {{space[0], MAX_REPLY}, {space[1], MAX_REPLY}};
	struct mmsghdr messages[2];
	for (int i = 0; i < 2; i++)
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &part[i], .msg_iovlen = 1};
	int count = recvmmsg(slot->fd, messages, 2, MSG_DONTWAIT, 0);
	for (int i = 0; i < count; i++)
		read_reply(slot, space[i], messages[i].msg_len);
	if (slot->busy && slot->answered == 3)
		end_lookup(slot, now_ns());
}

static void give_up_old(uint64_t now)
{
	for (unsigned i = 0; i < set.ports; i++)
		if (slots[i].busy && now - slots[i].sent_ns > set.timeout * 1000000ull) {
			slots[i].busy = 0;
			in_flight--;
			lost++;
		}
}

/* At a given rate as many as were due by now; else as many as may be open. */
static void begin_due(uint64_t elapsed)
{
	unsigned long long due = set.rate ? elapsed / 1000 * set.rate / 1000000 : ~0ull;
	if (set.lookups && due > set.lookups)
		due = set.lookups;
	while (in_flight < set.open && begun < due)
		begin_lookup();
}

static unsigned quantile(double part)
{
	unsigned long long wanted = done * part, seen = 0;
	for (unsigned i = 0; i < HISTOGRAM; i++)
		if ((seen += histogram[i]) > wanted)
			return i;
	return HISTOGRAM;
}

static void report(double seconds)
{
	struct rusage used;
	getrusage(RUSAGE_SELF, &used);
	double cpu = used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
	printf("{\"lookups\":%llu,\"replies\":%llu,\"lost\":%llu,\"foreign\":%llu,\"seconds\":%.6f,\"cpuSeconds\":%.6f,"
	       "\"noError\":%llu,\"noSuchName\":%llu,\"serverFailure\":%llu,\"refused\":%llu,\"echoed\":%llu,\"records\":%llu,"
	       "\"truncated\":%llu,\"medianUs\":%u,\"p99Us\":%u}\n",
	       done, replies, lost, foreign, seconds, cpu, rcodes[0], rcodes[3], rcodes[2], rcodes[5], echoed, records, truncated,
	       quantile(0.5), quantile(0.99));
}

int main(int count, char **words)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	prctl(PR_SET_TIMERSLACK, 1000);
	read_arguments(count, words);
	write_names();
	int events = epoll_create1(0);
	open_slots(events);
	uint64_t start = now_ns(), now = start, checked = start;
	uint64_t end = start + set.seconds * 1e9;
	for (;;) {
		int over = now >= end || (set.lookups && begun >= set.lookups);
		if (over && (in_flight == 0 || now > end + set.timeout * 1000000ull))
			break;
		if (!over)
			begin_due(now - start);
		struct epoll_event ready[64];
		int found = epoll_wait(events, ready, 64, set.spin ? 0 : set.rate ? 1 : 20);
		for (int i = 0; i < found; i++)
			read_slot(&slots[ready[i].data.u32]);
		now = now_ns();
		if (now - checked > 50000000) {
			give_up_old(now);
			checked = now;
		}
	}
	report((now - start) / 1e9);
	return 0;
}
