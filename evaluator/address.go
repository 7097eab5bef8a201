package evaluator

import (
	"fmt"
	"net/netip"
	"strings"
)

// parseAddress reads an IPv4 or IPv6 address without a zone. An IPv4 address
// mapped into IPv6 is the IPv4 address. (netip.ParseAddr accepts the same
// strings but allocates an error for those it refuses, and attributes that
// are not addresses are common.)
func parseAddress(text string) (_ netip.Addr, ok bool) {
	if strings.IndexByte(text, ':') < 0 {
		four, ok := parseIPv4(text)
		return netip.AddrFrom4(four), ok
	}
	sixteen, ok := parseIPv6(text)
	return netip.AddrFrom16(sixteen).Unmap(), ok
}

func parseIPv4(text string) (out [4]byte, ok bool) {
	for i := range out {
		part, rest, more := strings.Cut(text, ".")
		if !number(part) || len(part) > 3 || more != (i < 3) {
			return out, false
		}
		value := 0
		for j := range len(part) {
			value = value*10 + int(part[j]-'0')
		}
		if value > 255 {
			return out, false
		}
		out[i], text = byte(value), rest
	}
	return out, true
}

// parseIPv6 reads groups from the left; those after "::" are moved to the end.
func parseIPv6(text string) (out [16]byte, ok bool) {
	at, gap := 0, -1
	if strings.HasPrefix(text, "::") {
		gap, text = 0, text[2:]
	}
	for text != "" {
		if at == 16 {
			return out, false
		}
		group, rest, more := strings.Cut(text, ":")
		if !more && strings.IndexByte(group, '.') >= 0 {
			four, ok := parseIPv4(group)
			if !ok || at > 12 {
				return out, false
			}
			at, text = at+copy(out[at:], four[:]), ""
			break
		}
		value, ok := parseHex(group)
		if !ok {
			return out, false
		}
		out[at], out[at+1] = byte(value>>8), byte(value)
		at, text = at+2, rest
		switch {
		case strings.HasPrefix(rest, ":") && gap < 0:
			gap, text = at, rest[1:]
		case more && rest == "": // a single colon at the end
			return out, false
		}
	}
	if gap < 0 {
		return out, at == 16
	}
	tail := out
	moved := copy(out[16-(at-gap):], tail[gap:at])
	clear(out[gap : 16-moved])
	return out, at < 16
}

func parseHex(text string) (value uint16, ok bool) {
	if text == "" || len(text) > 4 {
		return 0, false
	}
	for i := range len(text) {
		c := text[i]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		value = value<<4 | uint16(c)
	}
	return value, true
}

// parsePrefix reads a CIDR prefix, or an address as the prefix of itself.
func parsePrefix(text string) (netip.Prefix, error) {
	if address, ok := parseAddress(text); ok {
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("%q is not an address or CIDR prefix; write 10.0.0.0/8 or 2001:db8::/32", abbreviate(text))
	}
	if prefix.Addr().Is4In6() {
		return netip.Prefix{}, fmt.Errorf("%q maps IPv4 into IPv6; write the IPv4 prefix", text)
	}
	return prefix.Masked(), nil
}
