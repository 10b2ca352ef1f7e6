#include "config/field_table.hpp"

#include <array>

namespace tidegate::config {
namespace {

constexpr std::uint64_t kDayMs = 86'400'000;
constexpr std::uint64_t kMiB = 1024 * 1024;

#define TG_SLOT(member) [](Settings& settings) -> Slot { return &settings.member; }
#define TG_FEATURE_SLOT(member) [](FeatureSettings& feature) -> Slot { return &feature.member; }

constexpr std::array<Section, 15> kSections{{
    {"node", "Who this host is."},
    {"listen", "Where clients connect."},
    {"admin", "Health, metrics and plugin commands."},
    {"data", "What the host keeps on disk."},
    {"documents", "The state of the platform."},
    {"streams", "Plugins' durable streams: inboxes, snapshots, journals. They live where the documents do."},
    {"values", "Plugins' shared values: counters, sets, hashes. In memory, gone at exit."},
    {"auth", "How a client's token is checked."},
    {"limits", "What one client may do."},
    {"heartbeat", "How a silent client is found."},
    {"plugins", "Where features come from."},
    {"features", "The features by plugin id. One that is not named starts only with plugins.auto_enable."},
    {"log", "The log, on standard error."},
    {"web", "The web application."},
    {"drain", "How the host stops."},
}};

const Field<Settings> kFields[] = {
    {{.key = "node.id", .kind = Kind::kText, .max = 64, .doc = "Name of this host, as clients and metrics see it."},
     TG_SLOT(node.id)},

    {{.key = "listen.address", .kind = Kind::kAddress, .doc = "Public address and port; port 0 takes a free one."},
     TG_SLOT(listen.address)},
    {{.key = "listen.loops",
      .kind = Kind::kCount,
      .max = 128,
      .doc = "Event loops, each a thread with its own clients. 0: half the cores, at least one."},
     TG_SLOT(listen.loops)},
    {{.key = "listen.max_connections",
      .kind = Kind::kCount,
      .min = 1,
      .max = 10'000'000,
      .doc = "Connections of the whole host; more are refused with 503."},
     TG_SLOT(listen.max_connections)},
    {{.key = "listen.allowed_origins",
      .kind = Kind::kTexts,
      .max = 256,
      .doc = "Origins whose pages may connect, beside this host's own; \"*\" is any. No Origin at all is no browser "
             "and always allowed."},
     TG_SLOT(listen.allowed_origins)},
    {{.key = "listen.conformance",
      .kind = Kind::kSwitch,
      .doc = "Serves /ws/conformance, a raw echo without authentication. Loopback only."},
     TG_SLOT(listen.conformance)},

    {{.key = "admin.address",
      .kind = Kind::kAddress,
      .doc = "Address and port of the admin pages. Without admin.token_file it must be loopback."},
     TG_SLOT(admin.address)},
    {{.key = "admin.token_file",
      .kind = Kind::kPath,
      .doc = "File with the token that admin commands must carry. Empty: none is asked for."},
     TG_SLOT(admin.token_file)},

    {{.key = "data.dir",
      .kind = Kind::kPath,
      .doc =
          "Folder of the documents, streams, plugin images and overrides; created when missing, locked by one host."},
     TG_SLOT(data.dir)},

    {{.key = "documents.store",
      .kind = Kind::kChoice,
      .choices = "memory|sqlite",
      .doc = "Where documents live: gone at exit, or in data.dir."},
     TG_SLOT(documents.store)},

    {{.key = "streams.max_bytes",
      .kind = Kind::kSize,
      .min = kMiB,
      .max = 1024 * 1024 * kMiB,
      .doc = "Bytes of all streams together; an append beyond is refused until some are trimmed."},
     TG_SLOT(streams.max_bytes)},

    {{.key = "values.max_bytes",
      .kind = Kind::kSize,
      .min = kMiB,
      .max = 64 * 1024 * kMiB,
      .doc = "Bytes of all values together, bookkeeping included; a write beyond is refused."},
     TG_SLOT(values.max_bytes)},

    {{.key = "auth.hs256_key",
      .kind = Kind::kSecret,
      .min = 32,
      .max = 1024,
      .doc = "The key that signs tokens (HS256). Required."},
     TG_SLOT(auth.hs256_key)},
    {{.key = "auth.key_id",
      .kind = Kind::kText,
      .max = 128,
      .doc = "The kid that a token's header must carry. Empty: not asked for."},
     TG_SLOT(auth.key_id)},
    {{.key = "auth.audience",
      .kind = Kind::kText,
      .max = 256,
      .doc = "What a token's aud must contain. Empty: not asked for."},
     TG_SLOT(auth.audience)},
    {{.key = "auth.issuer",
      .kind = Kind::kText,
      .max = 256,
      .doc = "What a token's iss must be. Empty: not asked for."},
     TG_SLOT(auth.issuer)},
    {{.key = "auth.leeway_s",
      .kind = Kind::kSeconds,
      .max = 300,
      .doc = "How far the clocks of issuer and host may differ."},
     TG_SLOT(auth.leeway_s)},
    {{.key = "auth.query_token",
      .kind = Kind::kSwitch,
      .doc = "Accepts a token as ?token= too; proxies may log it there."},
     TG_SLOT(auth.query_token)},

    {{.key = "limits.message_bytes",
      .kind = Kind::kSize,
      .min = 1024,
      .max = 16 * kMiB,
      .doc = "The largest message; a larger one closes 1009."},
     TG_SLOT(limits.message_bytes)},
    {{.key = "limits.outbox_bytes",
      .kind = Kind::kSize,
      .min = 64 * 1024,
      .max = 256 * kMiB,
      .doc = "Unsent bytes of one session; more closes 4008."},
     TG_SLOT(limits.outbox_bytes)},
    {{.key = "limits.connections_per_user",
      .kind = Kind::kCount,
      .max = 1'000'000,
      .doc = "Connections of one user. 0: any number."},
     TG_SLOT(limits.connections_per_user)},
    {{.key = "limits.connections_per_address",
      .kind = Kind::kCount,
      .max = 1'000'000,
      .doc = "Connections from one address. 0: any number."},
     TG_SLOT(limits.connections_per_address)},
    {{.key = "limits.messages_per_second",
      .kind = Kind::kCount,
      .max = 1'000'000,
      .doc =
          "Messages of one session, and requests of one user, lasting; more are answered rate_limited. 0: any number."},
     TG_SLOT(limits.messages_per_second)},
    {{.key = "limits.message_burst",
      .kind = Kind::kCount,
      .min = 1,
      .max = 1'000'000,
      .doc = "Messages of one session at once, before the rate counts."},
     TG_SLOT(limits.message_burst)},
    {{.key = "limits.errors_per_10s",
      .kind = Kind::kCount,
      .max = 1'000'000,
      .doc = "Coded errors within 10 s that close a session with 4000. 0: never."},
     TG_SLOT(limits.errors_per_10s)},

    {{.key = "heartbeat.interval_ms",
      .kind = Kind::kMilliseconds,
      .min = 100,
      .max = 3'600'000,
      .doc = "A ping this long after the one before; a client that answered none of them closes 4002."},
     TG_SLOT(heartbeat.interval_ms)},

    {{.key = "plugins.dir", .kind = Kind::kPath, .doc = "Folder of the plugins, <id>.so each."}, TG_SLOT(plugins.dir)},
    {{.key = "plugins.auto_enable",
      .kind = Kind::kSwitch,
      .doc = "Starts a plugin in the folder that features does not name. For development."},
     TG_SLOT(plugins.auto_enable)},
    {{.key = "plugins.watch", .kind = Kind::kSwitch, .doc = "A changed file in the folder is a reload by itself."},
     TG_SLOT(plugins.watch)},
    {{.key = "plugins.debounce_ms",
      .kind = Kind::kMilliseconds,
      .min = 10,
      .max = 60'000,
      .doc = "A file must be unchanged for so long before it is looked at."},
     TG_SLOT(plugins.debounce_ms)},
    {{.key = "plugins.workers",
      .kind = Kind::kCount,
      .max = 256,
      .doc = "Threads that run plugins. 0: one per core, at least two."},
     TG_SLOT(plugins.workers)},

    {{.key = "log.level",
      .kind = Kind::kChoice,
      .choices = "trace|debug|info|warning|error|off",
      .doc = "The least that is logged."},
     TG_SLOT(log.level)},

    {{.key = "web.dir", .kind = Kind::kPath, .doc = "Folder of the web application, served at /. Empty: none."},
     TG_SLOT(web.dir)},

    {{.key = "drain.deadline_ms",
      .kind = Kind::kMilliseconds,
      .max = 600'000,
      .doc = "How long running hooks may take to end when the host stops."},
     TG_SLOT(drain.deadline_ms)},
};

const Field<FeatureSettings> kFeatureFields[] = {
    {{.key = "enabled", .kind = Kind::kSwitch, .mark = Mark::kPlugin, .doc = "Whether the plugin runs."},
     TG_FEATURE_SLOT(enabled)},
    {{.key = "reload.drain_ms",
      .kind = Kind::kMilliseconds,
      .max = kDayMs,
      .mark = Mark::kPlugin,
      .doc = "How long the old generation may take to end before its waits are cancelled."},
     TG_FEATURE_SLOT(reload.drain_ms)},
};

#undef TG_SLOT
#undef TG_FEATURE_SLOT

}  // namespace

std::span<const Section> sections() { return kSections; }
std::span<const Field<Settings>> fields() { return kFields; }
std::span<const Field<FeatureSettings>> feature_fields() { return kFeatureFields; }

}  // namespace tidegate::config
