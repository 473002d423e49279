#!/bin/sh
# First process of images derived from alpine-kubernetes: https://github.com/janeczku/docker-alpine-kubernetes
# Unless ALPINE_NO_RESOLVER is set (to any text) a resolver of its own serves port 53; a resolver that cannot start ends the
# container. Either way /etc/resolv.conf, which belongs to all containers of the pod, is overwritten, and put back at the end.
backup=/tmp/resolv.conf.backup
cp /etc/resolv.conf "$backup"
echo 'nameserver 127.0.0.1' > /etc/resolv.conf

resolver=
if [ -z "$ALPINE_NO_RESOLVER" ]; then
  /bin/probe occupy 53 > /tmp/resolver &
  resolver=$!
  sleep 0.5
  cat /tmp/resolver
  if grep -q '"bound":false' /tmp/resolver; then
    cat "$backup" > /etc/resolv.conf
    echo 'resolver: port 53 is in use'
    exit 1
  fi
else
  echo 'resolver: left out'
fi

"$@" &
application=$!
trap 'kill $application $resolver' TERM INT
# The first wait ends with the signal, the second with the application.
wait $application
wait $application
cat "$backup" > /etc/resolv.conf
