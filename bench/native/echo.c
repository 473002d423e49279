/* Sends every datagram back as it came: what loopback and the kernel allow at most. Arguments: ADDRESS PORT. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#define BATCH 64

int main(int count, char **words)
{
	static char space[BATCH][1500];
	static struct sockaddr_in from[BATCH];
	static struct iovec part[BATCH];
	static struct mmsghdr messages[BATCH];
	struct sockaddr_in at = {.sin_family = AF_INET};
	if (count != 3)
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	inet_pton(AF_INET, words[1], &at.sin_addr);
	at.sin_port = htons(atoi(words[2]));
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (bind(fd, (void *)&at, sizeof at)) {
		perror("bind");
		return 1;
	}
	for (;;) {
		for (int i = 0; i < BATCH; i++) {
			part[i] = (struct iovec){space[i], sizeof space[i]};
			messages[i].msg_hdr = (struct msghdr){
			    .msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &part[i], .msg_iovlen = 1};
		}
		int received = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, 0);
		for (int i = 0; i < received; i++)
			part[i].iov_len = messages[i].msg_len;
		for (int done = 0; done < received;) {
			int sent = sendmmsg(fd, messages + done, received - done, 0);
			done += sent > 0 ? sent : 1;
		}
	}
}
