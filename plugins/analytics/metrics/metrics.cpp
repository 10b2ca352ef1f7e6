#include "metrics.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace tidegate::analytics {
namespace {

constexpr std::array<std::string_view, kDashboardTypes> kTypeNames{"general", "sales", "underwriting", "operations"};

constexpr std::uint64_t kMaxSequence = std::numeric_limits<std::int64_t>::max();

bool is_currency(std::string_view code) {
    return code.size() == 3 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

Options checked(Options options) {
    Bounds& bounds = options.bounds;
    bounds.days = std::clamp<std::int64_t>(bounds.days, 36, 3660);
    bounds.quotes = std::max<std::size_t>(bounds.quotes, 1);
    bounds.products = std::max<std::size_t>(bounds.products, 3);
    bounds.currencies = std::max<std::size_t>(bounds.currencies, 1);
    if (!is_currency(options.currency)) options.currency = "USD";
    return options;
}

}  // namespace

std::optional<DashboardType> dashboard_type(std::string_view name) {
    const auto at = std::find(kTypeNames.begin(), kTypeNames.end(), name);
    if (at == kTypeNames.end()) return std::nullopt;
    return static_cast<DashboardType>(at - kTypeNames.begin());
}

std::string_view name_of(DashboardType type) { return kTypeNames[static_cast<std::size_t>(type)]; }

tg::Result<Metrics> Metrics::create(Options options) {
    auto zone = Zone::named(options.zone, options.zone_folder);
    if (!zone) return zone.status();
    if (!is_currency(options.currency))
        return tg::invalid("currency: three capital letters (ISO 4217), not " + options.currency.substr(0, 32));
    return Metrics(std::move(options), *std::move(zone));
}

Metrics::Metrics(Options options)
    : Metrics(options, [&] {
          auto zone = Zone::named(options.zone, options.zone_folder);
          return zone ? *std::move(zone) : Zone();
      }()) {}

Metrics::Metrics(Options options, Zone zone)
    : options_(checked(std::move(options))),
      ledger_(std::move(zone), options_.bounds.days),
      quotes_(options_.bounds.quotes),
      states_(options_.bounds.states),
      products_(options_.bounds.products),
      currencies_(options_.bounds.currencies),
      tiers_(options_.bounds.tiers),
      reasons_(options_.bounds.reasons) {
    currencies_.of(options_.currency);
    for (const std::string_view product : {"auto", "home", "commercial"}) products_.of(product);
}

void Metrics::fold(const DomainEvent& event) {
    if (event.sequence <= last_sequence_) {
        ++duplicates_;
        return;
    }
    if (event.sequence > kMaxSequence) {
        ++counts_.malformed;
        return;
    }
    last_sequence_ = event.sequence;
    const auto kind = kind_of(event.name);
    if (!kind) {
        ++counts_.ignored;
    } else if (!read_event(*kind, event, fields_)) {
        ++counts_.malformed;
    } else {
        ++counts_.folded;
        count(*kind, event);
    }
}

void Metrics::count(EventKind kind, const DomainEvent& event) {
    clock_ms_ = std::max(clock_ms_, event.at_ms);
    ledger_.move_to(clock_ms_);
    if (!ledger_.count_event(kind, event.at_ms, fields_.user)) ++counts_.late;
    const auto [quote, is_new] = quotes_.touch(fields_.quote_id);
    if (is_new && kind != EventKind::kCreated) ++counts_.unknown_quotes;
    const Quote before = quote;
    learn(kind, {event.at_ms, event.sequence}, quote);
    show(kind, event);
    ledger_.replace(before, quote);
}

void Metrics::learn(EventKind kind, Stamp stamp, Quote& quote) {
    quote.last_ms = std::max(quote.last_ms, stamp.at_ms);
    switch (kind) {
        case EventKind::kCreated:
            take_earlier(quote.created_ms, stamp.at_ms);
            break;
        case EventKind::kRated:
            // A quote that is not remembered and was rated before is not rated for the first time now.
            if (fields_.first || quote.created_ms != 0 || quote.rated_ms != 0)
                take_earlier(quote.rated_ms, stamp.at_ms);
            if (stamp > quote.rated) {
                quote.rated = stamp;
                quote.state = states_.of(fields_.state);
                quote.product = products_.of(fields_.product);
            }
            break;
        case EventKind::kQuoted:
            take_earlier(quote.quoted_ms, stamp.at_ms);
            break;
        case EventKind::kBound:
            take_earlier(quote.bound_ms, stamp.at_ms);
            if (stamp > quote.bound) {
                quote.bound = stamp;
                quote.sold = {currencies_.of(fields_.currency), states_.of(fields_.state),
                              products_.of(fields_.product)};
                quote.premiums = {1, *fields_.premium, fields_.annual_premium.value_or(*fields_.premium)};
            }
            break;
        case EventKind::kDeclined:
            take_earlier(quote.declined_ms, stamp.at_ms);
            if (stamp > quote.declined) {
                quote.declined = stamp;
                quote.reason = fields_.reason.empty() ? kOther : reasons_.of(fields_.reason);
            }
            break;
        case EventKind::kScored:
            if (stamp > quote.scored) {
                quote.scored = stamp;
                quote.tier = tiers_.of(fields_.tier);
                quote.referred = fields_.referred;
                quote.overridden = fields_.overridden;
            }
            break;
        case EventKind::kFailed:
        case EventKind::kUpdated:
        case EventKind::kJoined:
            break;
    }
}

void Metrics::show(EventKind kind, const DomainEvent& event) {
    const auto to = [&](std::initializer_list<DashboardType> types) {
        const FeedEntry entry = FeedEntry::of(kind, event, fields_);
        for (const DashboardType type : types) feeds_[static_cast<std::size_t>(type)].add(entry);
    };
    using enum DashboardType;
    switch (kind) {
        case EventKind::kRated:
            if (fields_.first) to({kGeneral, kSales});
            break;
        case EventKind::kCreated:
        case EventKind::kQuoted:
        case EventKind::kBound:
            to({kGeneral, kSales});
            break;
        case EventKind::kDeclined:
            to({kGeneral, kSales, kUnderwriting});
            break;
        case EventKind::kScored:
            if (fields_.referred || fields_.overridden) to({kGeneral, kUnderwriting});
            break;
        case EventKind::kFailed:
            to({kGeneral, kOperations});
            break;
        case EventKind::kJoined:
            to({kGeneral, kOperations});
            break;
        case EventKind::kUpdated:
            break;
    }
}

void Metrics::advance(std::int64_t now_ms) { advanced_ms_ = std::max(advanced_ms_, std::min(now_ms, kLastMs)); }

std::int64_t Metrics::now_of(std::int64_t now_ms) const {
    return std::max({std::min(now_ms, kLastMs), advanced_ms_, clock_ms_});
}

}  // namespace tidegate::analytics
