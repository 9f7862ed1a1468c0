//! The root file system's URL, taken apart as Go's `net/url` does (A.7.3).
//!
//! Only what decides a match is kept: the scheme and the opaque part. A text that Go refuses matches nothing, so
//! the rest is checked too. One liberty: the zone of an IPv6 address is held to the rule for hosts.

/// Scheme and opaque part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RootFs {
    /// In lower case, never empty.
    pub(crate) scheme: String,
    /// What stands between `scheme:` and `?` or `#`, unless it begins with a slash.
    pub(crate) opaque: String,
}

impl RootFs {
    /// Takes a URL apart; `None` if Go refuses it or it has no scheme.
    pub(crate) fn parse(url: &str) -> Option<Self> {
        let (url, fragment) = url.split_once('#').unwrap_or((url, ""));
        if !escapes_are_valid(fragment) || url.bytes().any(|byte| byte.is_ascii_control()) {
            return None;
        }
        let (scheme, rest) = url.split_once(':')?;
        let scheme_is_valid = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        if !scheme_is_valid {
            return None;
        }
        let scheme = scheme.to_ascii_lowercase();
        let (rest, _query) = rest.split_once('?').unwrap_or((rest, ""));
        if !rest.starts_with('/') {
            return Some(Self { scheme, opaque: rest.to_owned() });
        }
        let path = match rest.strip_prefix("//") {
            None => rest,
            Some(rest) => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                if !authority_is_valid(authority) {
                    return None;
                }
                path
            }
        };
        escapes_are_valid(path).then(|| Self { scheme, opaque: String::new() })
    }
}

/// Whether each `%` is followed by two hexadecimal digits.
fn escapes_are_valid(text: &str) -> bool {
    escapes(text).all(|escape| escape.is_some())
}

/// The bytes that are written as `%xx`; `None` for a `%` without two hexadecimal digits.
fn escapes(text: &str) -> impl Iterator<Item = Option<u8>> {
    text.split('%').skip(1).map(|after| {
        let digits = after.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u8::from_str_radix(digits, 16).ok()
    })
}

fn authority_is_valid(authority: &str) -> bool {
    match authority.rsplit_once('@') {
        None => host_is_valid(authority),
        Some((user, host)) => {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte);
            user.bytes().all(allowed) && escapes_are_valid(user) && host_is_valid(host)
        }
    }
}

fn host_is_valid(host: &str) -> bool {
    let port = if host.starts_with('[') {
        match host.rfind(']') {
            Some(end) => &host[end + 1..],
            None => return false,
        }
    } else {
        host.rfind(':').map_or("", |colon| &host[colon..])
    };
    let port_is_valid = port.is_empty()
        || port.strip_prefix(':').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let allowed = |byte: u8| {
        !byte.is_ascii() || byte.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:[]<>\"%".contains(&byte)
    };
    // In a host only bytes outside ASCII, and the per cent sign itself, may be escaped.
    let escape_is_allowed = |escape: Option<u8>| escape.is_some_and(|byte| !byte.is_ascii() || byte == b'%');
    port_is_valid && host.bytes().all(allowed) && escapes(host).all(escape_is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Option<(String, String)> {
        RootFs::parse(url).map(|rootfs| (rootfs.scheme, rootfs.opaque))
    }

    fn parts(scheme: &str, opaque: &str) -> Option<(String, String)> {
        Some((scheme.to_owned(), opaque.to_owned()))
    }

    #[test]
    fn the_examples_of_diego() {
        assert_eq!(parse("preloaded:cflinuxfs4"), parts("preloaded", "cflinuxfs4"));
        let oci = "preloaded+layer:cflinuxfs4?layer=x&layer_path=/y";
        assert_eq!(parse(oci), parts("preloaded+layer", "cflinuxfs4"));
        assert_eq!(parse("preloaded://cflinuxfs4"), parts("preloaded", ""));
        assert_eq!(parse("docker:///org/image#tag"), parts("docker", ""));
        assert_eq!(parse("DOCKER:///a"), parts("docker", ""));
        assert_eq!(parse("docker:a#%41"), parts("docker", "a"));
        assert_eq!(parse("docker://user:pw@registry.example:443/a%20b"), parts("docker", ""));
        assert_eq!(parse("docker://[::1]:80/a"), parts("docker", ""));
    }

    #[test]
    fn what_has_no_scheme_or_is_no_url_matches_nothing() {
        for url in
            ["", "/plain/path", "plain", "%zz:bad", ":x", "1a:x", "a b:x", "pre\nloaded:x", "x:y\u{7f}"]
        {
            assert_eq!(parse(url), None, "{url}");
        }
        for url in
            ["docker:///a%zz", "docker:///a%4", "docker:///a#%zz", "docker://h:port/a", "docker://[::1/a"]
        {
            assert_eq!(parse(url), None, "{url}");
        }
        for url in ["docker://a b/c", "docker://a%41/c", "docker://u^@h/c", "docker://a%/c"] {
            assert_eq!(parse(url), None, "{url}");
        }
    }
}
