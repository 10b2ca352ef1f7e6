#include <tidegate/json/reader.hpp>

#include <limits>
#include <utility>

#include "metrics.hpp"
#include "snapshot.hpp"
#include "text_check.hpp"

namespace tidegate::analytics {
namespace {

// The values of one record in their order. The first that is missing or of the wrong kind spoils the rest.
class Record {
public:
    explicit Record(tg::json::Reader& in) : in_(in) {}

    template <class N>
    Record& integer(N& out) {
        std::int64_t value = 0;
        ok_ = ok_ && in_.next_element() && in_.integer(value) && std::in_range<N>(value);
        if (ok_) out = static_cast<N>(value);
        return *this;
    }
    Record& time(std::int64_t& out_ms) { return integer(out_ms).check(out_ms >= 0 && out_ms <= kLastMs); }
    Record& text(std::string& out) {
        ok_ = ok_ && in_.next_element() && in_.string(out);
        return *this;
    }
    Record& truth(bool& out) {
        ok_ = ok_ && in_.next_element() && in_.boolean(out);
        return *this;
    }
    Record& amount(rating::Decimal& out) {
        std::string digits;
        text(digits);
        const auto value = ok_ ? rating::Decimal::parse(digits) : std::nullopt;
        ok_ = value.has_value();
        if (ok_) out = *value;
        return *this;
    }
    // Calls each(reader) for every element of an array.
    template <class Each>
    Record& list(Each each) {
        ok_ = ok_ && in_.next_element() && in_.enter_array();
        while (ok_ && in_.next_element()) ok_ = each(in_);
        ok_ = ok_ && in_.ok();
        return *this;
    }
    Record& check(bool holds) {
        ok_ = ok_ && holds;
        return *this;
    }
    bool ended() { return ok_ && !in_.next_element() && in_.ok(); }
    bool ok() const { return ok_; }

private:
    tg::json::Reader& in_;
    bool ok_ = true;
};

}  // namespace

class SnapshotReader {
public:
    SnapshotReader(Metrics& metrics, std::size_t parts) : metrics_(metrics), parts_(parts) {}

    bool chunk(const std::string& text, std::size_t part) {
        tg::json::Reader in(text);
        std::string_view key;
        std::int64_t version = 0, sequence = -1, own = -1, parts = -1;
        if (!is_utf8(text) || !in.enter_object()) return false;
        while (in.next_member(key)) {
            if (key == "v") in.integer(version);
            if (key == "sequence") in.integer(sequence);
            if (key == "part") in.integer(own);
            if (key == "parts") in.integer(parts);
            if (key != "records") continue;
            if (version != kSnapshotVersion || !std::cmp_equal(own, part) || !std::cmp_equal(parts, parts_))
                return false;
            if (part == 0) metrics_.last_sequence_ = static_cast<std::uint64_t>(sequence);
            if (sequence < 0 || !std::cmp_equal(sequence, metrics_.last_sequence_) || !records(in)) return false;
        }
        return in.finish();
    }

    bool complete() const { return has_meta_; }

private:
    bool records(tg::json::Reader& in) {
        if (!in.enter_array()) return false;
        while (in.next_element()) {
            if (!in.enter_array()) return false;
            Record record(in);
            int kind = -1;
            if (!record.integer(kind).ok() || (kind == static_cast<int>(RecordKind::kMeta)) == has_meta_) return false;
            if (!dispatch(static_cast<RecordKind>(kind), record) || !record.ended()) return false;
        }
        return in.ok();
    }

    bool dispatch(RecordKind kind, Record& record) {
        switch (kind) {
            case RecordKind::kMeta:
                return meta(record);
            case RecordKind::kNames:
                return names(record);
            case RecordKind::kFeed:
                return feed(record);
            case RecordKind::kMinute:
                return minute(record);
            case RecordKind::kHour:
                return hour(record);
            case RecordKind::kDay:
                return day(record);
            case RecordKind::kUsers:
                return users(record);
            case RecordKind::kSketch:
                return sketch(record);
            case RecordKind::kRevenue:
                return revenue(record);
            case RecordKind::kQuote:
                return quote(record);
        }
        return false;
    }

    bool meta(Record& record) {
        Options saved;
        Bounds& bounds = saved.bounds;
        record.text(saved.zone).text(saved.currency).integer(bounds.quotes).integer(bounds.states);
        record.integer(bounds.products).integer(bounds.currencies).integer(bounds.tiers).integer(bounds.reasons);
        record.integer(bounds.days).time(metrics_.clock_ms_).time(metrics_.advanced_ms_);
        FoldCounts& counts = metrics_.counts_;
        record.integer(counts.folded).integer(counts.malformed).integer(counts.ignored).integer(counts.late);
        std::uint64_t beyond = 0, forgotten = 0;
        record.integer(counts.unknown_quotes).integer(beyond).integer(forgotten);
        const Options& own = metrics_.options_;
        record.check(saved.zone == own.zone && saved.currency == own.currency && bounds == own.bounds);
        if (!record.ok()) return false;
        if (metrics_.clock_ms_ != 0) metrics_.ledger_.move_to(metrics_.clock_ms_);
        metrics_.ledger_.load_beyond(beyond);
        metrics_.quotes_.load_forgotten(forgotten);
        return has_meta_ = true;
    }

    bool names(Record& record) {
        Names* const dictionaries[] = {&metrics_.states_, &metrics_.products_, &metrics_.currencies_, &metrics_.tiers_,
                                       &metrics_.reasons_};
        std::size_t which = 0;
        std::uint64_t overflowed = 0;
        std::vector<std::string> texts;
        record.integer(which).integer(overflowed).list([&](tg::json::Reader& in) {
            return texts.size() < 256 && in.string(texts.emplace_back());
        });
        return record.ok() && which < std::size(dictionaries) &&
               dictionaries[which]->load(std::move(texts), overflowed);
    }

    bool feed(Record& record) {
        std::size_t type = 0, kind = 0;
        FeedEntry entry;
        record.integer(type).integer(entry.sequence).time(entry.at_ms).integer(kind).text(entry.quote_id);
        record.text(entry.user).text(entry.state).text(entry.product).text(entry.detail);
        if (!record.ok() || type >= kDashboardTypes || kind >= kEventKinds) return false;
        entry.kind = static_cast<EventKind>(kind);
        metrics_.feeds_[type].add(std::move(entry));
        return true;
    }

    bool minute(Record& record) {
        std::int64_t key = 0;
        Minute read;
        record.integer(key).integer(read.last_seen).integer(read.open);
        events(record, read.events);
        Minute* own = record.ok() ? metrics_.ledger_.minutes().at(key) : nullptr;
        if (own) *own = read;
        return own != nullptr;
    }

    bool hour(Record& record) {
        std::int64_t key = 0;
        Steps read;
        steps(record.integer(key), read);
        Steps* own = record.ok() ? metrics_.ledger_.hours().at(key) : nullptr;
        if (own) *own = read;
        return own != nullptr;
    }

    static void events(Record& record, EventCounts& counts) {
        std::size_t index = 0;
        record.list([&](tg::json::Reader& in) { return index < counts.size() && in.integer(counts[index++]); });
        record.check(index == counts.size());
    }

    static void steps(Record& record, Steps& out) {
        record.integer(out.created).integer(out.rated).integer(out.quoted).integer(out.bound).integer(out.declined);
    }

    static void tally(Record& record, const Names& names, Tally& out) {
        std::size_t id = 0;
        record.list([&](tg::json::Reader& in) {
            std::int64_t count = 0;
            if (id >= names.all().size() || !in.integer(count)) return false;
            out.change(static_cast<NameId>(id++), count);
            return true;
        });
    }

    Day* day_of(Record& record) {
        std::int64_t key = 0;
        record.integer(key);
        return record.ok() ? metrics_.ledger_.days().at(key) : nullptr;
    }

    bool day(Record& record) {
        Day* own = day_of(record);
        if (!own) return false;
        events(record, own->events);
        steps(record, own->steps);
        Cohort& cohort = own->cohort;
        record.integer(cohort.submitted).integer(cohort.quoted).integer(cohort.bound).integer(cohort.declined);
        RiskDay& risk = own->risk;
        record.integer(cohort.referred).integer(risk.scored).integer(risk.referred).integer(risk.overridden);
        tally(record, metrics_.states_, own->rated_by_state);
        tally(record, metrics_.products_, own->rated_by_product);
        tally(record, metrics_.reasons_, own->declined_by_reason);
        tally(record, metrics_.tiers_, risk.tiers);
        return record.ok();
    }

    bool users(Record& record) {
        Day* own = day_of(record);
        std::string saved;
        return record.text(saved).ok() && own && own->users.load(saved);
    }

    bool sketch(Record& record) {
        Day* own = day_of(record);
        std::size_t which = 0;
        std::int64_t sum_ms = 0;
        std::vector<std::int64_t> numbers;
        record.integer(which).integer(sum_ms).list(
            [&](tg::json::Reader& in) { return numbers.size() < 4096 && in.integer(numbers.emplace_back()); });
        Sketch Day::*const sketches[] = {&Day::time_to_rate, &Day::time_to_quote, &Day::time_to_bind};
        if (!record.ok() || !own || which >= std::size(sketches) || numbers.size() % 2 != 0) return false;
        std::vector<Sketch::Bucket> buckets;
        for (std::size_t i = 0; i < numbers.size(); i += 2) {
            const std::int64_t bucket = numbers[i], count = numbers[i + 1];
            if (bucket < -1 || bucket > 4096 || count <= 0 || !std::in_range<std::uint32_t>(count)) return false;
            if (!buckets.empty() && bucket <= buckets.back().first) return false;
            buckets.emplace_back(static_cast<std::int32_t>(bucket), static_cast<std::uint32_t>(count));
        }
        own->*sketches[which] = Sketch::from(std::move(buckets), sum_ms);
        return true;
    }

    void name(Record& record, const Names& names, NameId& out) { record.integer(out).check(out < names.all().size()); }

    void sale(Record& record, RevenueKey& key, Premiums& premiums) {
        name(record, metrics_.currencies_, key.currency);
        name(record, metrics_.states_, key.state);
        name(record, metrics_.products_, key.product);
        record.integer(premiums.policies).amount(premiums.written).amount(premiums.annualised);
    }

    bool revenue(Record& record) {
        Day* own = day_of(record);
        RevenueKey key;
        Premiums premiums;
        sale(record, key, premiums);
        if (!record.ok() || !own) return false;
        own->revenue.change(key, premiums, 1);
        return true;
    }

    static bool stamp(Record& record, Stamp& out) {
        record.time(out.at_ms).integer(out.sequence);
        return record.ok() && out;
    }

    bool quote(Record& record) {
        QuoteBook::Entry entry;
        Quote& of = entry.quote;
        record.text(entry.id).time(of.created_ms).time(of.rated_ms).time(of.quoted_ms);
        record.time(of.bound_ms).time(of.declined_ms).time(of.last_ms);
        if (stamp(record, of.rated)) {
            name(record, metrics_.states_, of.state);
            name(record, metrics_.products_, of.product);
        }
        if (stamp(record, of.bound)) sale(record, of.sold, of.premiums);
        if (stamp(record, of.declined)) name(record, metrics_.reasons_, of.reason);
        if (stamp(record, of.scored)) {
            name(record, metrics_.tiers_, of.tier);
            record.truth(of.referred).truth(of.overridden);
        }
        return record.ok() && metrics_.quotes_.load(std::move(entry));
    }

    Metrics& metrics_;
    std::size_t parts_;
    bool has_meta_ = false;
};

tg::Result<Metrics> Metrics::load(Options options, const std::vector<std::string>& chunks) {
    auto metrics = create(std::move(options));
    if (!metrics) return metrics.status();
    SnapshotReader reader(*metrics, chunks.size());
    for (std::size_t part = 0; part < chunks.size(); ++part) {
        if (!reader.chunk(chunks[part], part)) {
            return tg::invalid("load metrics: part " + std::to_string(part + 1) + " of " +
                               std::to_string(chunks.size()) + " is broken, or was saved with other options");
        }
    }
    if (!reader.complete()) return tg::invalid("load metrics: there are no parts");
    return metrics;
}

}  // namespace tidegate::analytics
