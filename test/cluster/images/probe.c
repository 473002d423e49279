/*
 * Looks names up through the C library it is linked with and prints one JSON line for each.
 *
 *   probe lookup [-4|-6] [-c] [NAME...]    getaddrinfo; -c asks for the canonical name; without names they are read from standard input
 *   probe reverse ADDRESS...               getnameinfo
 *   probe repeat INTERVAL_MS NAME          getaddrinfo for ever, each line with the time of day
 *   probe wait [SECONDS NAME]              waits for SIGTERM, then looks NAME up every 200 ms for SECONDS before it ends
 *   probe time                             the time of day
 *   probe serve PORT                       accepts TCP connections and answers "ok"
 *   probe occupy PORT                      binds the UDP port on every address, says whether it could, waits for SIGTERM
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t told_to_end;

static void on_end(int number) {
  (void)number;
  told_to_end = 1;
}

static double now_ms(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static void sleep_ms(long duration) {
  struct timespec time = {duration / 1000, duration % 1000 * 1000000};
  nanosleep(&time, 0);
}

static void print_string(const char *text) {
  putchar('"');
  for (; *text; text++) {
    if (*text == '"' || *text == '\\') putchar('\\');
    if ((unsigned char)*text < 0x20) printf("\\u%04x", *text);
    else putchar(*text);
  }
  putchar('"');
}

static const char *outcome_of(int code) {
  static char other[32];
  switch (code) {
    case 0: return "OK";
    case EAI_NONAME: return "NONAME";
    case EAI_AGAIN: return "AGAIN";
    case EAI_FAIL: return "FAIL";
#ifdef EAI_NODATA
    case EAI_NODATA: return "NODATA";
#endif
#ifdef EAI_ADDRFAMILY
    case EAI_ADDRFAMILY: return "ADDRFAMILY";
#endif
    default:
      snprintf(other, sizeof other, "EAI(%d)", code);
      return other;
  }
}

static int by_text(const void *left, const void *right) {
  return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Addresses are sorted: their order is the servers' and the address selection's, not a matter of success. */
static void look_up(const char *name, int family, int flags, int with_time) {
  struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = flags};
  struct addrinfo *list = 0;
  char *addresses[512];
  size_t count = 0;
  double started = now_ms(CLOCK_MONOTONIC);
  int code = getaddrinfo(name, 0, &hints, &list);
  double elapsed = now_ms(CLOCK_MONOTONIC) - started;
  for (struct addrinfo *entry = list; entry && count < 512; entry = entry->ai_next) {
    char text[INET6_ADDRSTRLEN];
    const void *address = entry->ai_family == AF_INET
                              ? (const void *)&((struct sockaddr_in *)entry->ai_addr)->sin_addr
                              : (const void *)&((struct sockaddr_in6 *)entry->ai_addr)->sin6_addr;
    if (inet_ntop(entry->ai_family, address, text, sizeof text)) addresses[count++] = strdup(text);
  }
  qsort(addresses, count, sizeof *addresses, by_text);
  printf("{\"name\":");
  print_string(name);
  printf(",\"outcome\":\"%s\",\"addresses\":[", outcome_of(code));
  for (size_t index = 0; index < count; index++) {
    printf(index ? ",\"%s\"" : "\"%s\"", addresses[index]);
    free(addresses[index]);
  }
  printf("]");
  if (list && list->ai_canonname) {
    printf(",\"canonicalName\":");
    print_string(list->ai_canonname);
  }
  printf(",\"elapsedMs\":%.1f", elapsed);
  if (with_time) printf(",\"timeMs\":%.0f", now_ms(CLOCK_REALTIME));
  printf("}\n");
  fflush(stdout);
  if (list) freeaddrinfo(list);
}

static void look_up_address(const char *text) {
  struct sockaddr_storage address = {0};
  socklen_t size = sizeof(struct sockaddr_in);
  char name[NI_MAXHOST] = "";
  if (inet_pton(AF_INET, text, &((struct sockaddr_in *)&address)->sin_addr) == 1) {
    address.ss_family = AF_INET;
  } else {
    inet_pton(AF_INET6, text, &((struct sockaddr_in6 *)&address)->sin6_addr);
    address.ss_family = AF_INET6;
    size = sizeof(struct sockaddr_in6);
  }
  double started = now_ms(CLOCK_MONOTONIC);
  int code = getnameinfo((struct sockaddr *)&address, size, name, sizeof name, 0, 0, NI_NAMEREQD);
  printf("{\"name\":\"%s\",\"outcome\":\"%s\",\"addresses\":[]", text, outcome_of(code));
  if (code == 0) {
    printf(",\"canonicalName\":");
    print_string(name);
  }
  printf(",\"elapsedMs\":%.1f}\n", now_ms(CLOCK_MONOTONIC) - started);
  fflush(stdout);
}

static int bound_socket(int type, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  int one = 1;
  int descriptor = socket(AF_INET, type, 0);
  if (type == SOCK_STREAM) setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0) return -1;
  return descriptor;
}

static int serve(int port) {
  int listener = bound_socket(SOCK_STREAM, port);
  if (listener < 0 || listen(listener, 64) < 0) {
    perror("listen");
    return 1;
  }
  while (!told_to_end) {
    int connection = accept(listener, 0, 0);
    if (connection < 0) continue;
    if (write(connection, "ok\n", 3) < 0) perror("write");
    close(connection);
  }
  return 0;
}

/* A signal that comes early stays pending: none is missed, as one could be between a test and pause(). */
static void wait_for_end(void) {
  sigset_t ends;
  int number;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, 0);
  if (!told_to_end) sigwait(&ends, &number);
}

static int occupy(int port) {
  int descriptor = bound_socket(SOCK_DGRAM, port);
  printf("{\"port\":%d,\"bound\":%s,\"error\":\"%s\"}\n", port, descriptor < 0 ? "false" : "true",
         descriptor < 0 ? strerror(errno) : "");
  fflush(stdout);
  wait_for_end();
  return 0;
}

int main(int count, char **words) {
  /* Without SA_RESTART: a waiting accept returns when the signal comes. */
  struct sigaction action = {.sa_handler = on_end};
  sigaction(SIGTERM, &action, 0);
  sigaction(SIGINT, &action, 0);
  signal(SIGPIPE, SIG_IGN);
  const char *mode = count > 1 ? words[1] : "";
  if (!strcmp(mode, "lookup")) {
    int family = AF_UNSPEC, flags = 0, index = 2;
    for (; index < count && words[index][0] == '-' && words[index][1]; index++) {
      if (words[index][1] == '4') family = AF_INET;
      else if (words[index][1] == '6') family = AF_INET6;
      else if (words[index][1] == 'c') flags |= AI_CANONNAME;
    }
    if (index < count) {
      for (; index < count; index++) look_up(words[index], family, flags, 0);
    } else {
      char line[1100];
      while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        look_up(line, family, flags, 0);
      }
    }
    return 0;
  }
  if (!strcmp(mode, "reverse")) {
    for (int index = 2; index < count; index++) look_up_address(words[index]);
    return 0;
  }
  if (!strcmp(mode, "repeat") && count == 4) {
    while (!told_to_end) {
      look_up(words[3], AF_UNSPEC, 0, 1);
      sleep_ms(atol(words[2]));
    }
    return 0;
  }
  if (!strcmp(mode, "wait")) {
    wait_for_end();
    if (count == 4) {
      double end = now_ms(CLOCK_MONOTONIC) + atof(words[2]) * 1e3;
      while (now_ms(CLOCK_MONOTONIC) < end) {
        look_up(words[3], AF_UNSPEC, 0, 1);
        sleep_ms(200);
      }
    }
    return 0;
  }
  if (!strcmp(mode, "time")) {
    printf("{\"timeMs\":%.0f}\n", now_ms(CLOCK_REALTIME));
    return 0;
  }
  if (!strcmp(mode, "serve") && count == 3) return serve(atoi(words[2]));
  if (!strcmp(mode, "occupy") && count == 3) return occupy(atoi(words[2]));
  fprintf(stderr, "usage: probe lookup|reverse|repeat|wait|time|serve|occupy ...\n");
  return 2;
}
