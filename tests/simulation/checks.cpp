#include "tests/simulation/checks.hpp"

#include <algorithm>

namespace tidegate::simulation {

namespace {

constexpr std::string_view kData = "quote_data/";

bool holds_text(const Json& value, const std::string& text) {
    return value.dump().find('"' + text + '"') != Json::string_t::npos;
}

bool bears(const tg::testing::Version& version, const Request& request) {
    if (request.type == "field:update")
        return version.note.is_object() && version.note.value("reason", "") == request.mark;
    return std::any_of(version.ops.begin(), version.ops.end(),
                       [&](const Json& op) { return op.contains("value") && holds_text(op["value"], request.mark); });
}

// Undo, redo and restore bring values back, marks and all.
bool is_repetition(const tg::testing::Version& version) {
    if (!version.note.is_object()) return false;
    const auto kind = version.note.value("kind", "");
    return kind == "undo" || kind == "redo" || kind == "restore";
}

std::string listed(const std::set<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += " " + name;
    return text.empty() ? " nobody" : text;
}

bool exclude(const std::string& one, const std::string& other) {
    const auto within = [](const std::string& inner, const std::string& outer) {
        return outer.empty() || inner == outer || inner.starts_with(outer + "/");
    };
    return within(one, other) || within(other, one);
}

void check_made(const Request& request, const tg::testing::Version& version, Problems& problems) {
    const auto wrong = [&](const std::string& what) {
        problems.push_back("edit " + request.id + " has the wrong " + what + " in revision " +
                           std::to_string(version.revision) + ": " + version.ops.dump());
    };
    if (version.actor != request.user) wrong("actor");
    for (const Json& answer : request.answers)
        if (answer.contains("revision") && answer.value("type", "") == "field:updated" &&
            answer["revision"] != version.revision)
            wrong("revision, it was told " + answer.dump());
    if (request.type != "field:update") return;
    const bool has = std::any_of(version.ops.begin(), version.ops.end(), [&](const Json& op) {
        if (op["path"] != std::string(kData) + request.field) return op["path"] == "";  // the edit that creates
        return request.value.is_null() ? op["op"] == "remove" : op.value("value", Json()) == request.value;
    });
    if (!has) wrong("field or value");
}

}  // namespace

void check_replica(const std::string& whose, const QuoteReplica& replica, const Json& quote_data, Problems& problems) {
    for (const auto& problem : replica.problems()) problems.push_back(whose + ": " + problem);
    if (replica.is_joined() && replica.data() != quote_data)
        problems.push_back(whose + " has at revision " + std::to_string(replica.revision()) + " " +
                           replica.data().dump() + ", the document is " + quote_data.dump());
}

void check_chain(const std::vector<tg::testing::Version>& versions, const Json& document, Problems& problems) {
    Json built = Json::object();
    std::uint64_t revision = 0;
    for (const auto& version : versions) {
        if (version.revision != ++revision)
            problems.push_back("version " + std::to_string(version.revision) + " follows " +
                               std::to_string(revision - 1));
        revision = version.revision;
        for (const Json& op : version.ops) {
            const std::string path = op["path"];
            if (path.empty()) {
                built = op["value"];
                continue;
            }
            const Json* before = value_at(built, path);
            const Json from = op.value("from", Json());
            if ((before ? *before : Json()) != from)
                problems.push_back("version " + std::to_string(version.revision) + " found " + from.dump() + " at " +
                                   path + ", the versions before left " + (before ? before->dump() : "nothing"));
            if (!set_at(built, path, op["op"] == "remove" ? Json() : op["value"]))
                problems.push_back("version " + std::to_string(version.revision) + " cannot be applied: " + op.dump());
        }
    }
    if (!versions.empty() && built != document)
        problems.push_back("the versions make " + built.dump() + ", the document is " + document.dump());
}

void check_edits(const Journal& journal, const std::string& quote, const std::vector<tg::testing::Version>& versions,
                 Problems& problems) {
    for (const auto& [id, request] : journal.requests()) {
        if (request.quote != quote || request.mark.empty()) continue;
        std::vector<const tg::testing::Version*> made;
        for (const auto& version : versions)
            if (!is_repetition(version) && bears(version, request)) made.push_back(&version);
        const Fate fate = fate_of(request);
        const auto count = [&] {
            return "edit " + id + " (" + request.type + " " + request.mark + ") is in " + std::to_string(made.size()) +
                   " versions";
        };
        if (made.size() > 1) problems.push_back(count() + ", which is not once");
        if (fate == Fate::kDone && made.empty())
            problems.push_back(count() + " and was acknowledged: " + request.answers.back().dump());
        if (fate == Fate::kRefused && !made.empty())
            problems.push_back(count() + " and was refused: " + request.answers.back().dump());
        if (made.size() == 1) check_made(request, *made.front(), problems);
    }
}

void check_answers(const Journal& journal, Problems& problems) {
    for (const auto& [id, request] : journal.requests()) {
        const auto answers = request.answers.size();
        if (answers == request.sends || (request.may_be_lost && answers < request.sends)) continue;
        std::string text = "request " + id + " (" + request.type + ") was sent " + std::to_string(request.sends) +
                           " times and answered " + std::to_string(answers) + " times";
        for (const Json& answer : request.answers) text += "\n    " + answer.dump();
        problems.push_back(std::move(text));
    }
}

void check_leases(const std::vector<tg::testing::Lease>& leases, std::int64_t at_ms, Problems& problems) {
    for (const auto& one : leases)
        for (const auto& other : leases)
            if (!one.implicit && !other.implicit && one.holder < other.holder && exclude(one.path, other.path))
                problems.push_back("at " + std::to_string(at_ms) + " ms '" + one.path + "' and '" + other.path +
                                   "' are locked by two users");
}

void check_tokens(const std::vector<tg::testing::LeaseAct>& acts, std::uint64_t& newest, Problems& problems) {
    std::uint64_t of_call = 0;  // the leases granted together share one
    for (const auto& act : acts) {
        if (act.act != "granted" || act.lease.token == of_call) continue;
        if (act.lease.token <= newest)
            problems.push_back("token " + std::to_string(act.lease.token) + " for '" + act.lease.path + "' at " +
                               std::to_string(act.at_ms) + " ms, after " + std::to_string(newest));
        of_call = newest = act.lease.token;
    }
}

void check_users(const std::string& whose, const std::set<std::string>& seen, const std::set<std::string>& there,
                 Problems& problems) {
    if (seen != there) problems.push_back(whose + " sees" + listed(seen) + ", there are" + listed(there));
}

}  // namespace tidegate::simulation
