#include "event.hpp"

#include <tidegate/json/reader.hpp>

#include <algorithm>
#include <array>

#include "text_check.hpp"

namespace tidegate::analytics {
namespace {

using rating::Decimal;
using tg::json::Kind;
using tg::json::Reader;

constexpr std::array<std::string_view, kEventKinds> kNames{"quote.created", "quote.rated",    "quote.quoted",
                                                           "quote.bound",   "quote.declined", "calculation.failed",
                                                           "field.updated", "session.joined", "risk.scored"};

constexpr int kMaxAmountDecimals = 6;
constexpr std::int64_t kMaxAmount = 1'000'000'000'000'000;

bool text(Reader& in, std::string& out, std::size_t max_bytes) {
    return in.string(out) && !out.empty() && out.size() <= max_bytes;
}

// A text or a number: the plugins write amounts either way, and tiers too.
bool text_or_number(Reader& in, std::string& out, std::size_t max_bytes) {
    if (in.peek() != Kind::kNumber) return text(in, out, max_bytes);
    std::string_view number;
    if (!in.number(number) || number.size() > max_bytes) return false;
    out.assign(number);
    return true;
}

bool amount(Reader& in, std::optional<Decimal>& out) {
    std::string digits;
    if (!text_or_number(in, digits, 40)) return false;
    out = Decimal::parse_json_number(digits);
    if (!out) return false;
    out = out->normalized();
    return out->scale() <= kMaxAmountDecimals && *out <= Decimal(kMaxAmount) && *out >= Decimal(-kMaxAmount);
}

bool member(Reader& in, std::string_view key, EventFields& fields) {
    if (in.peek() == Kind::kNull) return in.null();
    if (key == "quote_id") return text(in, fields.quote_id, kMaxIdBytes);
    if (key == "user_id" || key == "created_by" || key == "by") return text(in, fields.user, kMaxIdBytes);
    if (key == "product") return text(in, fields.product, kMaxNameBytes);
    if (key == "state") return text(in, fields.state, kMaxNameBytes);
    if (key == "currency") return text(in, fields.currency, kMaxNameBytes);
    if (key == "reason") return text(in, fields.reason, kMaxIdBytes);
    if (key == "code") return text(in, fields.code, kMaxNameBytes);
    if (key == "tier") return text_or_number(in, fields.tier, kMaxNameBytes);
    if (key == "premium" || key == "total") return amount(in, fields.premium);
    if (key == "annual_premium") return amount(in, fields.annual_premium);
    if (key == "first") return in.boolean(fields.first);
    if (key == "referred") return in.boolean(fields.referred);
    if (key == "override") return in.boolean(fields.overridden);
    return in.skip();
}

bool is_complete(EventKind kind, const EventFields& fields) {
    if (fields.quote_id.empty()) return false;
    switch (kind) {
        case EventKind::kRated:
        case EventKind::kQuoted:
            return !fields.product.empty() && !fields.state.empty();
        case EventKind::kBound:
            return !fields.product.empty() && !fields.state.empty() && fields.premium && !fields.currency.empty();
        case EventKind::kScored:
            return !fields.tier.empty();
        default:
            return true;
    }
}

}  // namespace

std::optional<EventKind> kind_of(std::string_view name) {
    const auto at = std::find(kNames.begin(), kNames.end(), name);
    if (at == kNames.end()) return std::nullopt;
    return static_cast<EventKind>(at - kNames.begin());
}

std::string_view name_of(EventKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

void EventFields::clear() {
    for (std::string* text : {&quote_id, &user, &product, &state, &currency, &reason, &tier, &code}) text->clear();
    premium.reset();
    annual_premium.reset();
    first = true;
    referred = overridden = false;
}

bool read_event(EventKind kind, const DomainEvent& event, EventFields& fields) {
    fields.clear();
    if (event.at_ms <= 0 || event.at_ms > kLastMs || !is_utf8(event.data)) return false;
    Reader in(event.data);
    std::string_view key;
    if (!in.enter_object()) return false;
    while (in.next_member(key)) {
        if (!member(in, key, fields)) return false;
    }
    if (!in.finish() || !is_complete(kind, fields)) return false;
    if (fields.user.empty() && event.actor.size() <= kMaxIdBytes && is_utf8(event.actor)) {
        fields.user.assign(event.actor);
    }
    return true;
}

}  // namespace tidegate::analytics
