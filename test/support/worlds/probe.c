/*
 * One resolver call of the C library that this program runs on, reported as one line of JSON.
 *
 *   probe COMMAND [; COMMAND]...   runs the commands in this process
 *   probe --serve                  reads "ID COMMAND [; COMMAND]..." lines; each line runs in a fresh
 *                                  child, so that no resolver state passes from one line to the next
 *
 * Commands (names may carry %XX escapes; an empty name is a single "%"):
 *   getaddrinfo u|4|6 NAME [canon] [v4mapped] [addrconfig]
 *   gethostbyname2 4|6 NAME
 *   res_query TYPE NAME        res_search TYPE NAME
 *   getnameinfo ADDRESS
 *   res                        what res_init read from resolv.conf (glibc only)
 *   setenv NAME VALUE          sleep MILLISECONDS          deadline SECONDS
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <resolv.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#elif defined(STATIC_MUSL)
extern const char __libc_version[];
#endif

enum { MAX_WORDS = 4096, MAX_CHILDREN = 1024, DEADLINE_SECONDS = 100 };

static char *out;
static size_t used, room;

static void put(const char *format, ...)
{
	for (;;) {
		va_list arguments;
		va_start(arguments, format);
		int n = vsnprintf(out + used, room - used, format, arguments);
		va_end(arguments);
		if (n >= 0 && (size_t)n < room - used) {
			used += n;
			return;
		}
		room = room * 2 + n + 1024;
		out = realloc(out, room);
	}
}

static void put_string(const char *text)
{
	put("\"");
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if (*p == '"' || *p == '\\')
			put("\\%c", *p);
		else if (*p < 32 || *p > 126)
			put("\\u%04x", *p);
		else
			put("%c", *p);
	put("\"");
}

static double now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void unescape(char *word)
{
	char *to = word;
	if (!strcmp(word, "%"))
		*word = 0;
	for (char *from = word; *from; from++) {
		unsigned byte;
		if (*from == '%' && sscanf(from + 1, "%2x", &byte) == 1) {
			*to++ = byte;
			from += 2;
		} else
			*to++ = *from;
	}
	*to = 0;
}

static const char *address_outcome(int code)
{
	switch (code) {
	case 0: return "OK";
	case EAI_NONAME: return "NONAME";
	case EAI_AGAIN: return "AGAIN";
	case -5: return "NODATA"; /* EAI_NODATA: glibc, and musl from 1.2.4 */
	default: return "OTHER";
	}
}

static const char *host_outcome(int code)
{
	switch (code) {
	case 0: return "OK";
	case HOST_NOT_FOUND: return "NONAME";
	case TRY_AGAIN: return "AGAIN";
	case NO_RECOVERY: return "NORECOVERY";
	case NO_DATA: return "NODATA";
	default: return "OTHER";
	}
}

static void put_address(int family, const void *bytes, int first)
{
	char text[INET6_ADDRSTRLEN];
	inet_ntop(family, bytes, text, sizeof text);
	put("%s\"%s\"", first ? "" : ",", text);
}

static int family_of(const char *word)
{
	return !strcmp(word, "4") ? AF_INET : !strcmp(word, "6") ? AF_INET6 : AF_UNSPEC;
}

static void run_getaddrinfo(char **words, int count)
{
	struct addrinfo hints = {.ai_family = family_of(words[1]), .ai_socktype = SOCK_STREAM}, *list = 0;
	for (int i = 3; i < count; i++)
		hints.ai_flags |= !strcmp(words[i], "canon")        ? AI_CANONNAME
		                  : !strcmp(words[i], "v4mapped")   ? AI_V4MAPPED
		                  : !strcmp(words[i], "addrconfig") ? AI_ADDRCONFIG
		                                                    : 0;
	double start = now_ms();
	h_errno = 0;
	int code = getaddrinfo(words[2], 0, &hints, &list);
	int host_code = h_errno;
	put("\"elapsedMs\":%.1f,\"outcome\":\"%s\",\"code\":%d", now_ms() - start, address_outcome(code), code);
	if (code) {
		put(",\"hErrno\":%d", host_code);
		return;
	}
	put(",\"addresses\":[");
	for (struct addrinfo *a = list; a; a = a->ai_next)
		put_address(a->ai_family,
		            a->ai_family == AF_INET ? (void *)&((struct sockaddr_in *)a->ai_addr)->sin_addr
		                                    : (void *)&((struct sockaddr_in6 *)a->ai_addr)->sin6_addr,
		            a == list);
	put("]");
	if (list && list->ai_canonname) {
		put(",\"canonical\":");
		put_string(list->ai_canonname);
	}
}

static void run_gethostbyname2(char **words)
{
	double start = now_ms();
	h_errno = 0;
	struct hostent *host = gethostbyname2(words[2], family_of(words[1]));
	int code = host ? 0 : h_errno;
	put("\"elapsedMs\":%.1f,\"outcome\":\"%s\",\"hErrno\":%d", now_ms() - start, host_outcome(code), code);
	if (!host)
		return;
	put(",\"addresses\":[");
	for (char **a = host->h_addr_list; *a; a++)
		put_address(host->h_addrtype, *a, a == host->h_addr_list);
	put("],\"canonical\":");
	put_string(host->h_name);
	put(",\"aliases\":[");
	for (char **a = host->h_aliases; *a; a++) {
		put(a == host->h_aliases ? "" : ",");
		put_string(*a);
	}
	put("]");
}

static void put_records(const unsigned char *message, int length)
{
	ns_msg view;
	if (ns_initparse(message, length, &view) < 0)
		return;
	put(",\"rcode\":%d,\"flags\":%d,\"records\":[", ns_msg_getflag(view, ns_f_rcode), message[2] << 8 | message[3]);
	for (int i = 0; i < ns_msg_count(view, ns_s_an); i++) {
		ns_rr record;
		if (ns_parserr(&view, ns_s_an, i, &record) < 0)
			break;
		put("%s{\"owner\":", i ? "," : "");
		put_string(ns_rr_name(record));
		put(",\"type\":%d,\"data\":", ns_rr_type(record));
		char name[NS_MAXDNAME];
		int type = ns_rr_type(record);
		if (type == ns_t_a && ns_rr_rdlen(record) == 4)
			put_address(AF_INET, ns_rr_rdata(record), 1);
		else if (type == ns_t_aaaa && ns_rr_rdlen(record) == 16)
			put_address(AF_INET6, ns_rr_rdata(record), 1);
		else if ((type == ns_t_cname || type == ns_t_ptr || type == ns_t_ns) &&
		         dn_expand(message, message + length, ns_rr_rdata(record), name, sizeof name) >= 0)
			put_string(name);
		else if (type == ns_t_mx && ns_rr_rdlen(record) > 2 &&
		         dn_expand(message, message + length, ns_rr_rdata(record) + 2, name, sizeof name) >= 0) {
			put("\"%d ", ns_rr_rdata(record)[0] << 8 | ns_rr_rdata(record)[1]);
			put("%s\"", name);
		} else {
			put("\"");
			for (int j = 0; j < ns_rr_rdlen(record); j++)
				put("%02x", ns_rr_rdata(record)[j]);
			put("\"");
		}
		put("}");
	}
	put("]");
}

static void run_res(char **words, int search)
{
	static unsigned char answer[65536];
	double start = now_ms();
	int type = atoi(words[1]);
	h_errno = 0;
	int length = (search ? res_search : res_query)(words[2], ns_c_in, type, answer, sizeof answer);
	int code = length < 0 ? h_errno : 0;
	put("\"elapsedMs\":%.1f,\"outcome\":\"%s\",\"hErrno\":%d", now_ms() - start, host_outcome(code), code);
	if (length >= 0)
		put_records(answer, length);
}

static void run_getnameinfo(char **words)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	int is4 = inet_pton(AF_INET, words[1], &v4.sin_addr) == 1;
	char host[NI_MAXHOST] = "";
	if (!is4)
		inet_pton(AF_INET6, words[1], &v6.sin6_addr);
	double start = now_ms();
	int code = is4 ? getnameinfo((void *)&v4, sizeof v4, host, sizeof host, 0, 0, NI_NAMEREQD)
	               : getnameinfo((void *)&v6, sizeof v6, host, sizeof host, 0, 0, NI_NAMEREQD);
	put("\"elapsedMs\":%.1f,\"outcome\":\"%s\",\"code\":%d", now_ms() - start, address_outcome(code), code);
	if (!code) {
		put(",\"canonical\":");
		put_string(host);
	}
}

static void run_state(void)
{
#ifdef __GLIBC__
	res_init();
	put("\"outcome\":\"OK\",\"servers\":[");
	for (int i = 0; i < _res.nscount; i++) {
		char text[INET6_ADDRSTRLEN];
		struct sockaddr_in6 *v6 = _res._u._ext.nsaddrs[i];
		if (_res.nsaddr_list[i].sin_family == AF_INET)
			put_address(AF_INET, &_res.nsaddr_list[i].sin_addr, i == 0);
		else {
			inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
			put(v6->sin6_scope_id ? "%s\"%s%%%u\"" : "%s\"%s\"", i ? "," : "", text, v6->sin6_scope_id);
		}
	}
	put("],\"search\":[");
	for (int i = 0; i < MAXDNSRCH && _res.dnsrch[i]; i++) {
		put(i ? "," : "");
		put_string(_res.dnsrch[i]);
	}
	put("],\"options\":%lu,\"ndots\":%u,\"timeoutSeconds\":%d,\"attempts\":%d", _res.options, _res.ndots, _res.retrans,
	    _res.retry);
#else
	put("\"outcome\":\"OTHER\"");
#endif
}

static void put_version(void)
{
#ifdef __GLIBC__
	put("\"outcome\":\"OK\",\"libc\":\"glibc\",\"version\":\"%s\"", gnu_get_libc_version());
#elif defined(STATIC_MUSL)
	put("\"outcome\":\"OK\",\"libc\":\"musl\",\"version\":\"%s\"", __libc_version);
#else
	put("\"outcome\":\"OK\",\"libc\":\"musl\"");
#endif
}

/* Runs one command; returns 0 if it reports nothing. */
static int run(char **words, int count)
{
	static const char *const known[] = {"getaddrinfo", "gethostbyname2", "res_query", "res_search", "getnameinfo",
	                                    "res",         "version",        "setenv",    "sleep",      "deadline"};
	static const int least[] = {3, 3, 3, 3, 2, 1, 1, 3, 2, 2};
	for (int i = 1; i < count; i++)
		unescape(words[i]);
	unsigned command = 0;
	while (command < sizeof known / sizeof *known && strcmp(words[0], known[command]))
		command++;
	if (command == sizeof known / sizeof *known || count < least[command]) {
		put("\"outcome\":\"USAGE\"");
		return 1;
	}
	switch (command) {
	case 0: run_getaddrinfo(words, count); return 1;
	case 1: run_gethostbyname2(words); return 1;
	case 2: run_res(words, 0); return 1;
	case 3: run_res(words, 1); return 1;
	case 4: run_getnameinfo(words); return 1;
	case 5: run_state(); return 1;
	case 6: put_version(); return 1;
	case 7: setenv(words[1], words[2], 1); return 0;
	case 8: usleep(atoi(words[1]) * 1000); return 0;
	default: alarm(atoi(words[1])); return 0;
	}
}

/* The time that this process waited for a processor; a machine that is too busy makes a lookup another one. */
static void put_delay(void)
{
	unsigned long long ran, waited;
	FILE *file = fopen("/proc/self/schedstat", "r");
	if (!file)
		return;
	if (fscanf(file, "%llu %llu", &ran, &waited) == 2)
		put(",\"delayedMs\":%.1f", waited / 1e6);
	fclose(file);
}

/* Runs the commands between ";" words; the reports are an array when there are several. */
static void run_all(char **words, int count)
{
	int reported = 0;
	put("\"results\":[");
	for (int start = 0; start < count;) {
		int end = start;
		while (end < count && strcmp(words[end], ";"))
			end++;
		if (end > start) {
			size_t mark = used;
			put("%s{", reported ? "," : "");
			if (run(words + start, end - start)) {
				put_delay();
				put("}");
				reported++;
			} else
				used = mark;
		}
		start = end + 1;
	}
	put("]}\n");
}

static void write_line(void)
{
	for (size_t done = 0; done < used;) {
		ssize_t n = write(1, out + done, used - done);
		if (n < 0 && errno != EINTR)
			_exit(1);
		done += n > 0 ? n : 0;
	}
	used = 0;
}

static struct child {
	pid_t pid;
	char id[32];
} children[MAX_CHILDREN];

/* The line of a child that ended without one (a signal: SIGALRM at the deadline, SIGFPE in musl). */
static void report_dead(sem_t *lock)
{
	int status;
	for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
		for (int i = 0; i < MAX_CHILDREN; i++)
			if (children[i].pid == pid) {
				children[i].pid = 0;
				if (WIFSIGNALED(status)) {
					sem_wait(lock);
					put("{\"id\":\"%s\",\"results\":[{\"outcome\":\"KILLED\",\"signal\":%d}]}\n",
					    children[i].id, WTERMSIG(status));
					write_line();
					sem_post(lock);
				}
				break;
			}
}

static void start_child(char *line, sem_t *lock, const sigset_t *unblocked)
{
	static char *words[MAX_WORDS];
	int count = 0, slot = 0;
	for (char *word = strtok(line, " \n"); word && count < MAX_WORDS; word = strtok(0, " \n"))
		words[count++] = word;
	if (count < 2)
		return;
	while (slot < MAX_CHILDREN - 1 && children[slot].pid)
		slot++;
	pid_t pid = fork();
	if (pid) {
		children[slot].pid = pid;
		snprintf(children[slot].id, sizeof children[slot].id, "%s", words[0]);
		return;
	}
	sigprocmask(SIG_SETMASK, unblocked, 0);
	close(0);
	alarm(DEADLINE_SECONDS);
	put("{\"id\":\"%s\",", words[0]);
	run_all(words + 1, count - 1);
	alarm(0);
	sem_wait(lock);
	write_line();
	sem_post(lock);
	_exit(0);
}

static int serve(void)
{
	sem_t *lock = mmap(0, sizeof *lock, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	sigset_t blocked, unblocked;
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	sigprocmask(SIG_BLOCK, &blocked, &unblocked);
	sem_init(lock, 1, 1);
	struct pollfd watched[] = {{.fd = 0, .events = POLLIN}, {.fd = signalfd(-1, &blocked, SFD_CLOEXEC), .events = POLLIN}};
	static char text[1 << 20];
	size_t held = 0;
	for (;;) {
		if (poll(watched, 2, -1) < 0)
			continue;
		if (watched[1].revents & POLLIN) {
			struct signalfd_siginfo news;
			if (read(watched[1].fd, &news, sizeof news) > 0)
				report_dead(lock);
		}
		if (!(watched[0].revents & (POLLIN | POLLHUP)))
			continue;
		ssize_t n = read(0, text + held, sizeof text - 1 - held);
		if (n <= 0)
			return 0;
		held += n;
		text[held] = 0;
		char *line = text;
		for (char *end; (end = strchr(line, '\n')); line = end + 1) {
			*end = 0;
			start_child(line, lock, &unblocked);
		}
		held = text + held - line;
		memmove(text, line, held);
	}
}

int main(int count, char **words)
{
	if (count == 2 && !strcmp(words[1], "--serve"))
		return serve();
	put("{");
	run_all(words + 1, count - 1);
	write_line();
	return 0;
}
