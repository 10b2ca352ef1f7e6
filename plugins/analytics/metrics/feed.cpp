#include "feed.hpp"

#include "revenue.hpp"

namespace tidegate::analytics {
namespace {

std::string detail_of(EventKind kind, const EventFields& fields) {
    switch (kind) {
        case EventKind::kRated:
        case EventKind::kQuoted:
        case EventKind::kBound:
            if (!fields.premium) return {};
            return amount_text(*fields.premium) + (fields.currency.empty() ? "" : " " + fields.currency);
        case EventKind::kDeclined:
            return fields.reason;
        case EventKind::kFailed:
            return fields.code;
        case EventKind::kScored:
            return "tier " + fields.tier + (fields.referred ? ", referred" : "") +
                   (fields.overridden ? ", override" : "");
        default:
            return {};
    }
}

}  // namespace

FeedEntry FeedEntry::of(EventKind kind, const DomainEvent& event, const EventFields& fields) {
    return {event.sequence, event.at_ms,  kind,           fields.quote_id,
            fields.user,    fields.state, fields.product, detail_of(kind, fields)};
}

}  // namespace tidegate::analytics
