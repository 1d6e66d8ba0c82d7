# Owns a pod's network namespace: `DEVMESH_RULES=<for nft> sh pause.sh <user>` sets its packet rules, gives up its privileges and sleeps.
# What this shell cannot do here, pause.js does from the beginning, or says why it cannot either. A Node that only sleeps costs 40 MB.

# First of all: the kernel keeps from process 1 every signal that it has not asked for.
trap 'kill $! 2> /dev/null; exit 0' TERM INT
# An image may have any PATH.
path=$PATH
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

if [ "$1" = asleep ]; then
	while read -r name value; do
		case $name in
			CapPrm: | CapEff: | CapAmb:)
				case $value in
					*[!0]*)
						echo "the pod could not give up its privileges: $name $value" >&2
						exit 1
						;;
				esac
				;;
		esac
	done < /proc/self/status
	echo '{"pause":"ready"}'
	while :; do
		sleep 86400 &
		wait $!
	done
fi

set -- setpriv --reuid "$1" --regid "$1" --clear-groups
if [ -n "$DEVMESH_RULES" ] && "$@" true 2> /dev/null && printf '%s' "$DEVMESH_RULES" | nft -f - 2> /dev/null; then
	exec "$@" sh "$0" asleep
fi

PATH=$path
exec node "${0%.sh}.js"
