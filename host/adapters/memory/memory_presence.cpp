#include "adapters/memory/memory_presence.hpp"

#include "adapters/documents/document_text.hpp"
#include "adapters/memory/channel_presence.hpp"

#include <limits>
#include <map>
#include <set>
#include <vector>

namespace tidegate {
namespace {

constexpr std::size_t kNameBytes = 256;  // tenant, channel, user, owner
constexpr std::size_t kJsonBytes = 512;
constexpr std::int64_t kMaxGraceMs = std::numeric_limits<std::uint32_t>::max();

Error refuse(const char* act, const PresenceChannel& channel, const char* why) {
    return fail(Errc::kInvalid, std::string(act) + " channel '" + channel.channel + "': " + why);
}

bool is_name(const std::string& text) { return !text.empty() && is_plain_text(text, kNameBytes); }

Result<void> check_channel(const char* act, const PresenceChannel& channel) {
    if (is_name(channel.tenant) && is_name(channel.channel)) return {};
    return refuse(act, channel, "tenant and channel must be 1 to 256 bytes of text without control characters");
}

Result<void> check_entry(const PresenceEntry& entry) {
    const auto refuse_it = [&](const char* why) { return refuse("join", entry.channel, why); };
    if (auto checked = check_channel("join", entry.channel); !checked) return checked;
    if (!is_name(entry.user)) return refuse_it("the user must be 1 to 256 bytes of text");
    if (!is_plain_text(entry.owner, kNameBytes)) return refuse_it("the owner must be at most 256 bytes of text");
    if (entry.info.size() > kJsonBytes) return refuse_it("the info is longer than 512 bytes");
    if (entry.grace_ms < 0 || entry.grace_ms > kMaxGraceMs) return refuse_it("the grace must be 0 to 4294967295 ms");
    return {};
}

}  // namespace

struct MemoryPresence::Channels {
    struct Channel {
        explicit Channel(const PresenceChannel& name) : presence(name) {}
        ChannelPresence presence;
        std::optional<std::int64_t> due_ns;  // as it is in `due`
        bool telling = false;
    };
    std::map<Key, Channel> all;
    std::set<std::pair<std::int64_t, Key>> due;

    Channel& open(const PresenceChannel& name) {
        return all.try_emplace({name.tenant, name.channel}, name).first->second;
    }
    // After a change: whether the caller has to tell of the channel. Drops a channel that nobody needs.
    bool settle(const Key& key, Channel& channel) {
        const auto due_ns = channel.presence.due_ns();
        if (due_ns != channel.due_ns) {
            if (channel.due_ns) due.erase({*channel.due_ns, key});
            if (due_ns) due.emplace(*due_ns, key);
            channel.due_ns = due_ns;
        }
        if (channel.telling) return false;
        channel.telling = channel.presence.has_batch();
        if (channel.telling) return true;
        if (channel.presence.idle()) all.erase(key);
        return false;
    }
};

MemoryPresence::MemoryPresence(const Clock& clock) : clock_(clock), channels_(std::make_unique<Guarded<Channels>>()) {}
MemoryPresence::~MemoryPresence() = default;

template <class Body>
auto MemoryPresence::visit(const PresenceChannel& name, Body&& body) {
    const Key key(name.tenant, name.channel);
    bool to_tell = false;
    auto outcome = channels_->with([&](Channels& channels) {
        // The clock is read under the lock: who gets the lock later must not see an earlier time.
        const std::int64_t now_ns = clock_.monotonic_ns();
        auto& channel = channels.open(name);
        channel.presence.catch_up(now_ns);
        auto answer = body(channel.presence, now_ns);
        to_tell = channels.settle(key, channel);
        return answer;
    });
    if (to_tell) tell(key);
    return outcome;
}

std::optional<Result<std::uint64_t>> MemoryPresence::join(PresenceEntry entry, PresenceDone<std::uint64_t>) {
    if (auto checked = check_entry(entry); !checked) return checked.error();
    return visit(entry.channel,
                 [&](ChannelPresence& presence, std::int64_t now_ns) { return presence.join(entry, now_ns); });
}

std::optional<Result<std::uint64_t>> MemoryPresence::leave(PresenceChannel channel, std::uint64_t session,
                                                           PresenceDone<std::uint64_t>) {
    if (auto checked = check_channel("leave", channel); !checked) return checked.error();
    return visit(channel,
                 [&](ChannelPresence& presence, std::int64_t now_ns) { return presence.leave(session, now_ns); });
}

std::optional<Result<void>> MemoryPresence::update(PresenceChannel channel, std::uint64_t session, std::string state,
                                                   PresenceDone<void>) {
    if (auto checked = check_channel("update", channel); !checked) return checked;
    if (state.size() > kJsonBytes) return refuse("update", channel, "the state is longer than 512 bytes");
    return visit(channel,
                 [&](ChannelPresence& presence, std::int64_t) { return presence.update(session, std::move(state)); });
}

std::optional<Result<PresenceList>> MemoryPresence::list(PresenceChannel channel, PresenceDone<PresenceList>) {
    if (auto checked = check_channel("list", channel); !checked) return checked.error();
    return visit(channel, [](ChannelPresence& presence, std::int64_t) { return presence.list(); });
}

void MemoryPresence::on_changes(std::function<void(PresenceBatch)> tell) { tell_ = std::move(tell); }

bool MemoryPresence::sweep() {
    std::vector<Key> to_tell;
    const bool any = channels_->with([&](Channels& channels) {
        const std::int64_t now_ns = clock_.monotonic_ns();
        while (!channels.due.empty() && channels.due.begin()->first <= now_ns) {
            const Key key = channels.due.begin()->second;
            auto& channel = channels.all.at(key);
            channel.presence.catch_up(now_ns);
            if (channels.settle(key, channel)) to_tell.push_back(key);
        }
        return !channels.due.empty();
    });
    for (const auto& key : to_tell) tell(key);
    return any;
}

void MemoryPresence::tell(const Key& key) {
    const auto next = [&] {
        return channels_->with([&](Channels& channels) -> std::optional<PresenceBatch> {
            auto& channel = channels.all.at(key);
            if (channel.presence.has_batch()) return channel.presence.take_batch();
            channel.telling = false;
            channels.settle(key, channel);
            return std::nullopt;
        });
    };
    while (auto batch = next()) {
        if (tell_) tell_(std::move(*batch));
    }
}

}  // namespace tidegate
