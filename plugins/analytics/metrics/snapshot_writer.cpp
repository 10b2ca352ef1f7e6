#include <tidegate/json/writer.hpp>

#include "metrics.hpp"
#include "snapshot.hpp"

namespace tidegate::analytics {

using tg::json::Writer;

void ChunkWriter::add(std::string_view record) {
    if (bodies_.empty() || bodies_.back().size() + 1 + record.size() > room_) {
        bodies_.emplace_back(record);
    } else {
        bodies_.back().append(",").append(record);
    }
}

std::vector<std::string> ChunkWriter::finish(std::uint64_t sequence) const {
    std::vector<std::string> out;
    for (const std::string& body : bodies_) {
        Writer chunk;
        chunk.begin_object().member("v", kSnapshotVersion).member("sequence", sequence);
        chunk.member("part", out.size()).member("parts", bodies_.size());
        out.push_back(chunk.raw_member("records", '[' + body + ']').end_object().take());
    }
    return out;
}

class SnapshotWriter {
public:
    explicit SnapshotWriter(const Metrics& metrics) : metrics_(metrics), chunks_(Metrics::kMaxChunkBytes) {}

    std::vector<std::string> write() {
        meta();
        const Names* const dictionaries[] = {&metrics_.states_, &metrics_.products_, &metrics_.currencies_,
                                             &metrics_.tiers_, &metrics_.reasons_};
        for (std::size_t i = 0; i < std::size(dictionaries); ++i) names(i, *dictionaries[i]);
        for (std::size_t type = 0; type < kDashboardTypes; ++type) {
            for (const FeedEntry& entry : metrics_.feeds_[type].oldest_first()) feed(type, entry);
        }
        for (const auto& [key, minute] : metrics_.ledger_.minutes().all()) {
            begin(RecordKind::kMinute).value(key).value(minute.last_seen).value(minute.open);
            integers(minute.events);
            end();
        }
        for (const auto& [key, steps] : metrics_.ledger_.hours().all()) {
            begin(RecordKind::kHour).value(key);
            write_steps(steps);
            end();
        }
        for (const auto& [key, day] : metrics_.ledger_.days().all()) days(key, day);
        for (const QuoteBook::Entry& entry : metrics_.quotes_.oldest_first()) quote(entry);
        return chunks_.finish(metrics_.last_sequence_);
    }

private:
    Writer& begin(RecordKind kind) { return out_.begin_array().value(static_cast<int>(kind)); }
    void end() {
        chunks_.add(out_.end_array().view());
        out_ = Writer();
    }

    template <class Values>
    void integers(const Values& values) {
        out_.begin_array();
        for (const auto value : values) out_.value(value);
        out_.end_array();
    }
    void tally(const Tally& of) {
        out_.begin_array();
        for (std::size_t id = 0; id < of.size(); ++id) out_.value(of.of(static_cast<NameId>(id)));
        out_.end_array();
    }
    void write_steps(const Steps& steps) {
        out_.value(steps.created).value(steps.rated).value(steps.quoted).value(steps.bound).value(steps.declined);
    }
    void stamp(const Stamp& of) { out_.value(of.at_ms).value(of.sequence); }

    void meta() {
        const Options& options = metrics_.options_;
        const Bounds& bounds = options.bounds;
        begin(RecordKind::kMeta).value(options.zone).value(options.currency).value(bounds.quotes).value(bounds.states);
        out_.value(bounds.products).value(bounds.currencies).value(bounds.tiers).value(bounds.reasons);
        out_.value(bounds.days).value(metrics_.clock_ms_).value(metrics_.advanced_ms_);
        const FoldCounts& counts = metrics_.counts_;
        out_.value(counts.folded).value(counts.malformed).value(counts.ignored).value(counts.late);
        out_.value(counts.unknown_quotes).value(metrics_.ledger_.beyond()).value(metrics_.quotes_.forgotten());
        end();
    }

    void names(std::size_t which, const Names& of) {
        begin(RecordKind::kNames).value(which).value(of.overflowed());
        out_.begin_array();
        for (const std::string& name : of.all()) out_.value(name);
        out_.end_array();
        end();
    }

    void feed(std::size_t type, const FeedEntry& entry) {
        begin(RecordKind::kFeed).value(type).value(entry.sequence).value(entry.at_ms);
        out_.value(static_cast<int>(entry.kind)).value(entry.quote_id).value(entry.user).value(entry.state);
        out_.value(entry.product).value(entry.detail);
        end();
    }

    void days(std::int64_t key, const Day& day) {
        begin(RecordKind::kDay).value(key);
        integers(day.events);
        write_steps(day.steps);
        const Cohort& cohort = day.cohort;
        out_.value(cohort.submitted).value(cohort.quoted).value(cohort.bound).value(cohort.declined);
        out_.value(cohort.referred).value(day.risk.scored).value(day.risk.referred).value(day.risk.overridden);
        for (const Tally* of : {&day.rated_by_state, &day.rated_by_product, &day.declined_by_reason, &day.risk.tiers}) {
            tally(*of);
        }
        end();
        begin(RecordKind::kUsers).value(key).value(day.users.save());
        end();
        const Sketch* const sketches[] = {&day.time_to_rate, &day.time_to_quote, &day.time_to_bind};
        for (std::size_t i = 0; i < std::size(sketches); ++i) sketch(key, i, *sketches[i]);
        for (const auto& [cell, premiums] : day.revenue.cells()) {
            begin(RecordKind::kRevenue).value(key);
            sale(cell, premiums);
            end();
        }
    }

    void sketch(std::int64_t day, std::size_t which, const Sketch& of) {
        if (of.count() == 0) return;
        begin(RecordKind::kSketch).value(day).value(which).value(of.sum_ms()).begin_array();
        for (const auto& [bucket, count] : of.buckets()) out_.value(bucket).value(count);
        out_.end_array();
        end();
    }

    void sale(const RevenueKey& key, const Premiums& premiums) {
        out_.value(key.currency).value(key.state).value(key.product).value(premiums.policies);
        out_.value(premiums.written.to_string()).value(premiums.annualised.to_string());
    }

    // A step that never was leaves its values out: 0 stands for them.
    void quote(const QuoteBook::Entry& entry) {
        const Quote& of = entry.quote;
        begin(RecordKind::kQuote).value(entry.id).value(of.created_ms).value(of.rated_ms).value(of.quoted_ms);
        out_.value(of.bound_ms).value(of.declined_ms).value(of.last_ms);
        stamp(of.rated);
        if (of.rated) out_.value(of.state).value(of.product);
        stamp(of.bound);
        if (of.bound) sale(of.sold, of.premiums);
        stamp(of.declined);
        if (of.declined) out_.value(of.reason);
        stamp(of.scored);
        if (of.scored) out_.value(of.tier).value(of.referred).value(of.overridden);
        end();
    }

    const Metrics& metrics_;
    ChunkWriter chunks_;
    Writer out_;
};

std::vector<std::string> Metrics::save() const { return SnapshotWriter(*this).write(); }

}  // namespace tidegate::analytics
