#include "plugin/publications.hpp"

#include "base/log.hpp"
#include "plugin/abi_text.hpp"
#include "plugin/host_api.hpp"
#include "protocol/envelope.hpp"
#include "protocol/json_text.hpp"

#include <exception>
#include <utility>

namespace tidegate::plugin {

namespace {

constexpr std::size_t kExcluded = 4096;

std::size_t excluded_count(const tg_publication* publication) {
    return TG_HAS(publication, tg_publication, excluded_count) ? publication->excluded_count : 0;
}

tg_rc check_events(Generation& generation, const tg_publication& publication) {
    for (const auto text : {publication.event, publication.author_event}) {
        const auto event = from_c(text);
        if (event.empty()) continue;
        if (const auto rc = check_own_type(generation, event); rc != TG_OK) return rc;
        if (!protocol::splice_point(event)) return TG_E_INVALID;
    }
    return from_c(publication.event).empty() ? TG_E_INVALID : TG_OK;
}

std::string with_revision(const std::string& object, std::uint64_t revision) {
    const auto splice = protocol::splice_point(object);
    if (!splice) return object;
    const std::string number = std::to_string(revision);
    const std::string_view name = splice->has_members ? R"(,"revision":)" : R"("revision":)";
    std::string text;
    text.reserve(splice->head.size() + name.size() + number.size() + 1);
    return text.append(splice->head).append(name).append(number).append("}");
}

}  // namespace

tg_rc check_publication(Generation& generation, const tg_publication& publication, std::string_view& why) {
    const auto channel = from_c(publication.channel);
    const auto* pattern = generation.manifest().publishing_pattern(channel);
    if (!pattern) {
        generation.note_refused_send("on the channel '" + std::string(channel) + "': none of its patterns");
        why = "the channel is not one on which this plugin publishes";
        return TG_E_FORBIDDEN;
    }
    if ((publication.flags & TG_PUBLISH_RECORDED) && !pattern->may_record) {
        generation.note_refused_send("recorded events on the live channel '" + std::string(channel) + "'");
        why = "the channel is live";
        return TG_E_FORBIDDEN;
    }
    why = "not a channel's name";
    if (!protocol::is_channel_name(channel)) return TG_E_INVALID;
    why = "too many sessions are excluded";
    if (excluded_count(&publication) > kExcluded) return TG_E_TOO_LARGE;
    why = "the event is not this plugin's";
    return check_events(generation, publication);
}

routing::Publication publication_of(const tg_publication& publication, std::string_view tenant,
                                    std::vector<SessionId>& excluded) {
    const bool recorded = publication.flags & TG_PUBLISH_RECORDED;
    routing::Publication out;
    out.tenant = tenant;
    out.channel = from_c(publication.channel);
    out.event = from_c(publication.event);
    out.recorded = recorded;
    out.lane = recorded || publication.lane == TG_LANE_EVENTS ? session::Lane::kEvents : session::Lane::kBulk;
    out.conflate_key = recorded ? std::string_view{} : from_c(publication.conflate_key);
    out.author = SessionId(publication.author);
    out.author_event = from_c(publication.author_event);
    for (std::size_t i = 0; !recorded && i < excluded_count(&publication); ++i)
        excluded.emplace_back(publication.excluded[i]);
    out.excluded = excluded;
    return out;
}

void CommitPublications::add(const tg_publication& publication) {
    std::vector<SessionId> excluded;
    const auto out = publication_of(publication, tenant_, excluded);
    tells_author_ |= static_cast<bool>(out.author);
    all_.push_back({std::string(out.channel), std::string(out.event), std::string(out.author_event),
                    std::string(out.conflate_key), out.author, std::move(excluded), out.recorded, out.lane});
}

void CommitPublications::publish_one(const Kept& kept, std::uint64_t revision, bool author_waits) const {
    const auto event = with_revision(kept.event, revision);
    const auto author_event = kept.author_event.empty() ? std::string() : with_revision(kept.author_event, revision);
    routing::Publication out;
    out.tenant = tenant_;
    out.channel = kept.channel;
    out.event = event;
    out.recorded = kept.recorded;
    out.lane = kept.lane;
    out.conflate_key = kept.conflate_key;
    out.excluded = kept.excluded;
    out.committed = true;
    if (author_waits) {
        out.author = kept.author;
        out.author_event = author_event;
    }
    if (const auto published = slot_.engine().services.gateway.publish(out); !published) {
        slot_.metrics().lost_publications.add();
        log_for_plugin(TG_LOG_ERROR, slot_.id(), "a commit was not told of: " + published.error().text);
    }
}

void CommitPublications::publish(std::uint64_t revision, bool author_waits) const noexcept {
    for (const auto& kept : all_) {
        try {
            publish_one(kept, revision, author_waits);
        } catch (const std::exception&) {  // memory is out; the document is changed all the same
            slot_.metrics().lost_publications.add();
        }
    }
}

}  // namespace tidegate::plugin
