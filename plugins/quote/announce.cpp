// The task "announce": a change whose fate or whose event is open is looked up in the store under its key, and told.

#include <exception>
#include <utility>

#include "identity.hpp"
#include "quote_patches.hpp"
#include "quote_plugin.hpp"
#include "untold.hpp"

namespace tidegate::quote {
namespace {

constexpr int kAttempts = 6;
constexpr std::uint64_t kFirstDelayMs = 250;  // then fourfold each time: about six minutes in all

std::uint64_t delay_of(int attempt) { return kFirstDelayMs << (2 * attempt); }

void post_announcement(const Announcement& open) {
    const std::string name = "quote:patched of " + open.quote_id + " (patch " + open.key + ")";
    if (open.attempt >= kAttempts) return tg::log::error(name + ": given up, its viewers may not know of it");
    const auto posted = tg::Exec::post_after(delay_of(open.attempt), channel_of(open.quote_id), kAnnounceTask,
                                             write_announcement(open));
    if (!posted) tg::log::error(name + ": cannot be told later: " + std::string(tg::code_name(posted.rc())));
}

// The same patch again; what the store already holds of it must not be written a second time.
tg::Patch patch_again(const Announcement& open, const rating::JsonValue& merge, bool exists,
                      const std::string& quote_data) {
    if (!exists) return creation_of(open.quote_id, open.sub, merge);
    std::string error;
    const auto stored = rating::parse_json(quote_data, error);
    if (open.base == 0 || !stored || check_size_of_merged(*stored, merge))
        return question_of(open.quote_id, quote_data);
    const MergePlan plan = plan_merge(*stored, merge);
    if (plan.problem || plan.changes.empty()) return question_of(open.quote_id, quote_data);
    tg::Patch patch = update_of(open.quote_id, plan);
    patch.base_revision(open.base);
    return patch;
}

}  // namespace

Untold::~Untold() {
    if (!open_) return;
    try {
        post_announcement(announcement_);
    } catch (const std::exception&) {
        // No memory is left to say it with.
    }
}

bool may_be_committed(const tg::Status& why) { return why.rc() == TG_E_UNAVAILABLE || why.rc() == TG_E_DEADLINE; }

tg::Task<tg::Status> QuotePlugin::publish_patched(Announcement told) {
    tg::Publication event(channel_of(told.quote_id), quote_patched(told.quote_id, told.quote_data, told.sub,
                                                                   told.revision, time_text(tg::wall_ms())));
    event.recorded();
    auto published = co_await tg::Channel::publish(std::move(event));
    if (published) co_return tg::Status();
    tg::log::warn("publish quote:patched of " + told.quote_id + ": " + published.text());
    co_return published.status();
}

tg::Task<> QuotePlugin::announce(Announcement open) {
    std::string error;
    const auto merge = rating::parse_json(open.quote_data, error);
    if (!merge) {
        tg::log::error("announce a change of " + open.quote_id + ": " + error);
        co_return;
    }
    ++open.attempt;
    Untold untold(open);
    untold.begin(open.base);
    auto loaded = co_await load(open.quote_id);
    if (!loaded) co_return;
    if (open.revision == 0) {
        tg::Patch patch = patch_again(open, *merge, loaded->exists, loaded->quote.quote_data);
        patch.actor(open.sub).idempotency_key(open.key);
        auto patched = co_await tg::Docs::patch(std::move(patch));
        if (!patched) {
            // Everything else says that the key is unknown to the store, and so the patch was not committed.
            if (!may_be_committed(patched.status()) && patched.rc() != TG_E_BUSY) untold.settled();
            co_return;
        }
        open.revision = patched->revision();
        untold.committed(open.revision);
    }
    // Others may have changed the same since and told so: an old value must not come after theirs.
    if (loaded->exists && loaded->revision > open.revision) {
        if (const auto stored = rating::parse_json(loaded->quote.quote_data, error))
            open.quote_data = as_it_stands(*stored, *merge);
    }
    const tg::Status told = co_await publish_patched(open);
    if (told.ok()) untold.settled();
}

}  // namespace tidegate::quote
