#include "tests/simulation/simulation.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace tidegate::simulation {

namespace {

constexpr const char* kQuotes[] = {"11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"};
constexpr const char* kNames[] = {"Ada", "Bob", "Cyd", "Dan", "Eve"};
constexpr const char* kRoles[] = {"customer", "agent", "underwriter", "manager", "agent"};
const std::vector<std::string> kFields = {"notes",        "construction",    "insured",
                                          "insured/name", "insured/address", "insured/address/city",
                                          "coverages",    "coverages/COLL",  "coverages/COLL/limit",
                                          "vehicles",     "vehicles/V1/vin"};

tg::testing::User person(unsigned index) {
    return {"00000000-0000-4000-8000-00000000000" + std::to_string(index), kNames[index], kRoles[index], {"quotes:*"}};
}

tg::testing::Options options_of(const Plan& plan) {
    tg::testing::Options options;
    options.seed = plan.seed * 7919;
    options.late_documents = plan.seed % 4 != 0;
    options.verbose = plan.verbose;
    options.loops = 1 + plan.seed % 3;
    return options;
}

}  // namespace

Simulation::Simulation(const Plugins& plugins, const Plan& plan)
    : plugins_(plugins), plan_(plan), random_(plan.seed), host_(options_of(plan)) {
    host_.load(plugins.quote, plugins.quote_config);
    host_.load(plugins.collaboration);
    people();
}

void Simulation::people() {
    const auto quote_count = 1 + below(2);
    for (std::uint64_t i = 0; i < quote_count; ++i) {
        quotes_.emplace_back(kQuotes[i]);
        auto& observer = observers_[quotes_.back()];
        tg::testing::User watcher{"00000000-0000-4000-8000-0000000000ff", "Watcher", "admin", {"*"}};
        observer = std::make_unique<Participant>(host_, journal_, watcher, quotes_.back(), true);
        observer->connect();
        if (plan_.fault == Fault::kLosesAnEvent) observer->skips_offset = 3;
    }
    host_.pump();
    const auto count = 2 + below(7);
    for (std::uint64_t i = 0; i < count; ++i)
        participants_.push_back(std::make_unique<Participant>(host_, journal_, person(static_cast<unsigned>(below(5))),
                                                              one_of(quotes_), chance(75)));
}

Outcome Simulation::run() {
    for (unsigned i = 0; i < plan_.actions && outcome_.problems.empty(); ++i) {
        act();
        go_on();
        watch();
    }
    settle();
    check_end();
    everybody_leaves();
    const auto left = host_.stop();
    if (!left.empty()) outcome_.problems.push_back("after the end " + left);
    return std::move(outcome_);
}

void Simulation::act() {
    if (held_ && chance(15)) {
        host_.release_documents();
        held_ = false;
    }
    if (chance(12)) return disturb();
    Participant& who = *one_of(participants_);
    who.read();
    if (!who.is_open()) {
        who.connect();
        ++outcome_.counts["connections"];
        return;
    }
    act_of(who);
}

void Simulation::act_of(Participant& who) {
    const auto roll = below(100);
    if (roll < 45) return edit(who);
    if (roll < 55) return update(who);
    if (roll < 75) return lock(who);
    if (roll < 88) return speak(who);
    if (roll < 91) return who.repeat_last();
    if (roll < 94) return who.stop_reading();
    if (roll < 97) return who.read_on();
    ++outcome_.counts["drops"];
    chance(50) ? who.drop() : who.leave();
}

Json Simulation::value_for(const std::string& field, const std::string& mark) const {
    if (field == "vehicles") return Json::array({{{"id", "V1"}, {"vin", mark}}});
    if (field == "insured") return {{"name", mark}, {"address", {{"city", "Austin"}}}};
    if (field == "insured/address") return {{"city", mark}};
    if (field == "coverages") return {{"COLL", {{"limit", mark}}}};
    if (field == "coverages/COLL") return {{"limit", mark}, {"selected", true}};
    return mark;
}

void Simulation::edit(Participant& who) {
    const auto& field = one_of(kFields);
    const auto text = mark();
    Json message{{"field", field}, {"value", chance(15) ? Json() : value_for(field, text)}, {"reason", text}};
    const auto revision = who.replica().revision();
    if (chance(50)) message["base_revision"] = chance(60) || revision == 0 ? revision : below(revision);
    if (!who.tokens().empty() && chance(40)) {
        const auto at = std::next(who.tokens().begin(), static_cast<std::ptrdiff_t>(below(who.tokens().size())));
        if (chance(80)) message["field"] = at->first;
        if (!message["value"].is_null()) message["value"] = value_for(message["field"], text);
        message["lease_token"] = at->second;
    }
    Request& request = who.ask("field:update", message);
    request.mark = text;
    request.field = message["field"];
    request.value = message["value"];
}

void Simulation::update(Participant& who) {
    const auto text = mark();
    Json data = Json::object();
    while (data.empty() || chance(40)) {
        const auto& field = one_of(kFields);
        if (!field.starts_with("vehicles/")) set_at(data, field, value_for(field, text));
    }
    who.ask("quote:update", {{"quote_id", who.quote()}, {"quote_data", data}, {"input_rev", 1}}).mark = text;
}

void Simulation::lock(Participant& who) {
    if (!who.tokens().empty() && chance(30)) {
        who.ask("field:unlock", {{"field", who.tokens().begin()->first}});
        return;
    }
    Json message{{"field", one_of(kFields)}};
    if (chance(25)) message["take_over"] = true;
    who.ask("field:lock", message);
}

void Simulation::speak(Participant& who) {
    switch (below(10)) {
        case 0:
        case 1:
            who.ask("field:undo", Json::object());
            return;
        case 2:
            who.ask("field:redo", Json::object());
            return;
        case 3:
            who.ask("session:review", {{"state", chance(40) ? "start" : "end"}});
            return;
        case 4:
            who.ask("session:save_version", {{"name", mark()}});
            return;
        case 5:
            if (!saved_versions_.empty()) who.ask("session:restore_version", {{"version_id", one_of(saved_versions_)}});
            return;
        case 6:
            who.ask("comment:add", {{"text", mark()}, {"field", one_of(kFields)}});
            return;
        case 7:
            who.ask("session:history", {{"limit", 5}});
            return;
        default:
            who.tell("cursor:move", {{"position", {{"field", one_of(kFields)}, {"at", below(100)}}}});
    }
}

// What happens to all of them.
void Simulation::disturb() {
    const auto roll = below(100);
    if (roll < 25) {
        held_ms_ = 0;
        if (std::exchange(held_, !held_))
            host_.release_documents();
        else
            host_.hold_documents();
    } else if (roll < 55) {
        let_time_pass(static_cast<std::int64_t>(below(chance(30) ? 20'000 : 400)));
    } else {
        // A reload drains for as long as it takes, see let_time_pass().
        if (std::exchange(held_, false)) host_.release_documents();
        const std::string id = chance(50) ? "quote" : "collaboration";
        const auto why = host_.try_reload(id);
        ++outcome_.counts[why.empty() ? "reloads" : "refused reloads"];
        if (!why.empty()) outcome_.problems.push_back("reload " + id + ": " + why);
    }
}

// Some of what could happen now happens.
void Simulation::go_on() {
    if (chance(20)) return host_.pump();
    for (auto steps = below(25); steps > 0; --steps)
        if (!host_.pump_one()) return;
    if (chance(20)) let_time_pass(static_cast<std::int64_t>(below(60)));
}

void Simulation::watch() {
    check_tokens(host_.take_lease_acts(), newest_token_, outcome_.problems);
    for (const auto& quote : quotes_)
        check_leases(host_.leases("quote:" + quote), host_.elapsed_ms(), outcome_.problems);
    for (auto& participant : participants_) participant->read();
    for (auto& [quote, observer] : observers_) observer->read();
    for (const auto& [id, request] : journal_.requests())
        if (request.type == "session:save_version" && !request.answers.empty() &&
            request.answers[0].contains("version") &&
            std::find(saved_versions_.begin(), saved_versions_.end(), request.answers[0]["version"]["id"]) ==
                saved_versions_.end())
            saved_versions_.push_back(request.answers[0]["version"]["id"]);
}

// Nothing is held any more, everybody reads and is connected, every deadline has passed.
// A store that is away longer than a generation drains leaves that one a zombie for good: held for less, though longer
// than a call waits.
void Simulation::let_time_pass(std::int64_t ms) {
    const std::int64_t before = held_ ? std::clamp<std::int64_t>(kLongestHoldMs - held_ms_, 0, ms) : 0;
    host_.advance_ms(before);
    held_ms_ += before;
    if (before == ms) return;
    if (std::exchange(held_, false)) host_.release_documents();
    host_.advance_ms(ms - before);
}

void Simulation::settle() {
    host_.release_documents();
    for (int round = 0; round < 4; ++round) {
        for (auto& participant : participants_) {
            if (round > 1) break;  // the last ones get in
            if (participant->is_open() && (round == 0 || participant->is_joined())) {
                participant->read_on();
                continue;
            }
            if (participant->is_open()) participant->drop();
            participant->connect();
        }
        host_.advance_ms(7'000);
        watch();
    }
}

std::set<std::string> Simulation::present(const std::string& quote) const {
    std::set<std::string> users;
    for (const auto& participant : participants_)
        if (participant->quote() == quote && participant->is_joined()) users.insert(participant->user().sub);
    const auto& observer = observers_.at(quote);
    if (observer->is_joined()) users.insert(observer->user().sub);
    return users;
}

void Simulation::check_end() {
    if (plan_.fault == Fault::kLosesAnAnswer) journal_.forget_an_answer();
    check_answers(journal_, outcome_.problems);
    for (const auto& quote : quotes_) {
        check_quote(quote);
        check_presence(quote, false);
    }
    for (const auto& [id, request] : journal_.requests()) {
        ++outcome_.counts[request.type];
        for (const Json& answer : request.answers)
            if (plan_.verbose) std::printf("  %s %s: %s\n", id.c_str(), request.type.c_str(), answer.dump().c_str());
        if (request.mark.empty()) continue;
        const Fate fate = fate_of(request);
        ++outcome_.counts[fate == Fate::kDone      ? "edits done"
                          : fate == Fate::kRefused ? "edits refused"
                                                   : "edits unknown"];
    }
}

void Simulation::check_quote(const std::string& quote) {
    auto versions = host_.versions("quote", quote);
    if (plan_.fault == Fault::kSwallowsAnEdit && versions.size() > 2) versions.erase(versions.end() - 2);
    for (const auto& version : versions)
        if (plan_.verbose)
            std::printf("  revision %llu by %s at %lld %s %s\n", static_cast<unsigned long long>(version.revision),
                        version.actor.c_str(), static_cast<long long>(version.at_ms), version.note.dump().c_str(),
                        version.ops.dump().c_str());
    const auto document = host_.document("quote", quote);
    const Json data = document ? document->data["quote_data"] : Json::object();
    check_chain(versions, document ? document->data : Json(), outcome_.problems);
    check_edits(journal_, quote, versions, outcome_.problems);
    outcome_.counts["versions"] += static_cast<unsigned>(versions.size());
    for (const auto& participant : participants_) {
        if (participant->quote() != quote) continue;
        if (!participant->is_joined())
            outcome_.problems.push_back(participant->name() + " did not get in, closed with " +
                                        std::to_string(participant->closed_with()));
        const auto known = outcome_.problems.size();
        check_replica(participant->name(), participant->replica(), data, outcome_.problems);
        if (!plan_.verbose || outcome_.problems.size() == known) continue;
        for (const Json& message : participant->log())
            std::printf("  %s: %s\n", participant->name().c_str(), message.dump().c_str());
    }
    const auto& observer = *observers_.at(quote);
    if (!observer.is_joined())
        outcome_.problems.push_back("the observer was closed with " + std::to_string(observer.closed_with()));
    check_replica(observer.name(), observer.replica(), data, outcome_.problems);
}

void Simulation::check_presence(const std::string& quote, bool empty) {
    const auto users = present(quote);
    std::set<std::string> kept;
    for (const auto& user : host_.presence("quote:" + quote)) kept.insert(user.user);
    check_users("presence of " + quote, kept, users, outcome_.problems);
    const auto check = [&](const Participant& one) {
        if (!one.is_joined() || one.quote() != quote) return;
        auto others = users;
        others.erase(one.user().sub);
        check_users(one.name(), one.others(), others, outcome_.problems);
    };
    check(*observers_.at(quote));
    if (empty) return;
    for (const auto& participant : participants_) check(*participant);
}

void Simulation::everybody_leaves() {
    for (auto& participant : participants_)
        if (participant->is_open()) participant->leave();
    host_.advance_ms(30'000);
    watch();
    for (const auto& quote : quotes_) {
        check_presence(quote, true);
        if (!host_.leases("quote:" + quote).empty()) outcome_.problems.push_back("locks stay after everybody left");
    }
}

}  // namespace tidegate::simulation
