#include "ledger.hpp"

#include "quote_parts.hpp"

namespace tidegate::analytics {

void Ledger::move_to(std::int64_t clock_ms) {
    minutes_.move_to(minute_of(clock_ms));
    hours_.move_to(hour_of(clock_ms));
    days_.move_to(day_of(clock_ms));
}

Day* Ledger::day_at(std::int64_t at_ms) {
    Day* day = days_.at(day_of(at_ms));
    if (!day) ++beyond_;
    return day;
}

bool Ledger::count_event(EventKind kind, std::int64_t at_ms, std::string_view user) {
    const auto index = static_cast<std::size_t>(kind);
    if (Minute* minute = minutes_.at(minute_of(at_ms))) ++minute->events[index];
    Day* day = days_.at(day_of(at_ms));
    if (!day) return false;
    ++day->events[index];
    if (!user.empty()) day->users.add(user);
    return true;
}

void Ledger::step(std::int64_t before_ms, std::int64_t after_ms, std::int64_t Steps::*which) {
    if (before_ms == after_ms) return;
    for (const auto& [at_ms, sign] : {std::pair(before_ms, -1), std::pair(after_ms, 1)}) {
        if (at_ms == 0) continue;
        if (Steps* hour = hours_.at(hour_of(at_ms))) hour->*which += sign;
        if (Day* day = day_at(at_ms)) day->steps.*which += sign;
    }
}

template <class Part>
void Ledger::move(const Part& before, const Part& after) {
    if (before == after) return;
    for (const auto& [part, sign] : {std::pair(&before, -1), std::pair(&after, 1)}) {
        if (part->at_ms == 0) continue;
        if (Day* day = day_at(part->at_ms)) part->change(*day, sign);
    }
}

void Ledger::replace(const Quote& before, const Quote& after) {
    if (before.last_ms != after.last_ms || before.open() != after.open()) {
        for (const auto& [quote, sign] : {std::pair(&before, -1), std::pair(&after, 1)}) {
            Minute* minute = quote->last_ms == 0 ? nullptr : minutes_.at(minute_of(quote->last_ms));
            if (!minute) continue;
            minute->last_seen += sign;
            if (quote->open()) minute->open += sign;
        }
    }
    step(before.created_ms, after.created_ms, &Steps::created);
    step(before.rated_ms, after.rated_ms, &Steps::rated);
    step(before.quoted_ms, after.quoted_ms, &Steps::quoted);
    step(before.bound_ms, after.bound_ms, &Steps::bound);
    step(before.declined_ms, after.declined_ms, &Steps::declined);
    move(CohortPart(before), CohortPart(after));
    move(RatedPart(before), RatedPart(after));
    move(DurationPart(before, before.rated_ms, &Day::time_to_rate),
         DurationPart(after, after.rated_ms, &Day::time_to_rate));
    move(DurationPart(before, before.quoted_ms, &Day::time_to_quote),
         DurationPart(after, after.quoted_ms, &Day::time_to_quote));
    move(DurationPart(before, before.bound_ms, &Day::time_to_bind),
         DurationPart(after, after.bound_ms, &Day::time_to_bind));
    move(SoldPart(before), SoldPart(after));
    move(DeclinedPart(before), DeclinedPart(after));
    move(ScoredPart(before), ScoredPart(after));
}

}  // namespace tidegate::analytics
