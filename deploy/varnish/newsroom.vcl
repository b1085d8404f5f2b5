vcl 4.1;

# Varnish in front of the newsroom, in the place of nginx's cache: pages stay until one of their tags is named.
# Debian's package is enough; TLS ends before it (hitch, or nginx). docs/performance.md says how pages go.
#
#   varnishd -f /etc/varnish/newsroom.vcl -a :6081 -s malloc,128m

import std;

backend newsroom {
    .host = "127.0.0.1";
    .port = "8000";
    .connect_timeout = 2s;
    .first_byte_timeout = 30s;
}

# Who may say that tags have changed.
acl tellers {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    # BAN with "Cache-Tag: abfdmccf,adplgghi", or "*" for all: what shows one of them goes.
    if (req.method == "BAN") {
        if (client.ip !~ tellers) {
            return (synth(403, "Not yours to say"));
        }
        if (req.http.Cache-Tag == "*") {
            set req.http.X-Ban = "obj.status != 0";
        } elsif (req.http.Cache-Tag ~ "^[a-z]+(:[a-z0-9-]+)?(, ?[a-z]+(:[a-z0-9-]+)?)*$") {
            # Of the object alone, so that the ban lurker can work on it; without a blank, which would end it.
            set req.http.X-Ban = "obj.http.Cache-Tag ~ (^|[^a-z0-9:-])("
                + regsuball(req.http.Cache-Tag, ", ?", "|") + ")(,|$)";
        } else {
            return (synth(400, "These are no tags"));
        }
        if (!std.ban(req.http.X-Ban)) {
            return (synth(500, std.ban_error()));
        }
        return (synth(200, "Gone"));
    }

    set req.backend_hint = newsroom;
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    # The same addresses as in deploy/nginx/newsroom.conf.
    if (req.url ~ "^/(admin/|akun/|buletin/berhenti/|buletin/konfirmasi/|buletin/rubrik/|favicon\.ico|hak-jawab/|healthz|laporan/|metrics|persetujuan/|pratinjau/|readyz|s/)"
        || req.url ~ "^[^?]*/(diterima|formulir|hapus|lapor|saya|sunting|tulis)/(\?|$)") {
        return (pass);
    }
    # Tracking is no part of an address when there is nothing else.
    set req.url = regsub(req.url, "\?(((utm_|pk_|mtm_|hsa_)[^=&]*|_ga|_gl|dclid|fbclid|gad_campaignid|gad_source|gbraid|gclid|gclsrc|igsh|igshid|li_fat_id|mc_cid|mc_eid|mibextid|mkt_tok|msclkid|ref|ref_src|share_id|si|sfnsn|srsltid|ttclid|twclid|wbraid|yclid)(=[^&]*)?(&|$))+$", "");
    # Everybody sees the same.
    unset req.http.Cookie;
    unset req.http.Authorization;
    if (req.http.Accept-Encoding ~ "\bbr\b") {
        set req.http.Accept-Encoding = "br";
    } elsif (req.http.Accept-Encoding ~ "\bgzip\b") {
        set req.http.Accept-Encoding = "gzip";
    } else {
        unset req.http.Accept-Encoding;
    }
    return (hash);
}

sub vcl_hash {
    hash_data(req.url);
    hash_data(req.http.Accept-Encoding);
    return (lookup);
}

sub vcl_backend_response {
    set beresp.do_gzip = false;
    # Never an old one, not even while a new one is made or the application is away.
    set beresp.grace = 0s;
    if (bereq.uncacheable || beresp.http.X-Accel-Expires !~ "^@" || beresp.http.Cache-Control ~ "private|no-store") {
        set beresp.uncacheable = true;
        set beresp.ttl = 0s;
        return (deliver);
    }
    # Half a second, as in nginx, unless the application says for how long it will answer for naming the tags.
    set beresp.ttl = 0.5s;
    if (beresp.http.Surrogate-Control ~ "max-age=[1-9]") {
        set beresp.ttl = std.duration(regsub(beresp.http.Surrogate-Control, "^.*max-age=([0-9]+).*$", "\1s"), 0.5s);
    }
    # What is over is confirmed by a 304.
    set beresp.keep = 10m;
    return (deliver);
}

sub vcl_deliver {
    unset resp.http.Cache-Tag;
    unset resp.http.Surrogate-Control;
    unset resp.http.X-Accel-Expires;
    unset resp.http.X-Varnish;
    unset resp.http.Via;
}
