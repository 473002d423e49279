/*
 * Times getaddrinfo of the C library that runs it. Arguments: PATTERN NAMES COUNT. PATTERN is a name with one %u; the lookups go
 * round NAMES numbers. Writes the microseconds of each lookup, and how many failed, as one line of JSON.
 */
#define _GNU_SOURCE
#include <netdb.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

static uint64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

int main(int count, char **words)
{
	if (count != 4)
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	unsigned names = atoi(words[2]), lookups = atoi(words[3]), failed = 0;
	double *times = calloc(lookups, sizeof *times);
	struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	for (unsigned i = 0; i < lookups; i++) {
		char name[256];
		struct addrinfo *list = 0;
		snprintf(name, sizeof name, words[1], i % names);
		uint64_t start = now_ns();
		int code = getaddrinfo(name, 0, &hints, &list);
		times[i] = (now_ns() - start) / 1000.0;
		failed += code != 0;
		if (!code)
			freeaddrinfo(list);
	}
	printf("{\"failed\":%u,\"times\":[", failed);
	for (unsigned i = 0; i < lookups; i++)
		printf("%s%.1f", i ? "," : "", times[i]);
	puts("]}");
	return 0;
}
