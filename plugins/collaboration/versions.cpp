// Named versions of a quote: keeping one, listing, going back to one.

#include <utility>

#include "collaboration_plugin.hpp"
#include "json_text.hpp"
#include "quote_document/identity.hpp"

namespace tidegate::collaboration {
namespace {

// How often somebody else may change one of the fields between looking and editing.
constexpr int kTries = 4;
constexpr std::size_t kMaxFields = 200;

const std::string* value_of(const std::vector<std::pair<std::string, std::string>>& members, const std::string& name) {
    for (const auto& [key, value] : members) {
        if (key == name) return &value;
    }
    return nullptr;
}

// The members of quote_data that differ, as they were.
std::vector<FieldEdit> differences(const Loaded& now, const NamedVersion& then) {
    std::vector<FieldEdit> out;
    const auto standing = members_of(now.quote.quote_data);
    const auto wanted = members_of(then.quote_data);
    const auto differ = [&](VersionOp::Kind kind, const std::string& name, const std::string& value) {
        FieldEdit field;
        field.kind = kind;
        field.field = name;
        field.value = value;
        field.restored = then.id;
        out.push_back(std::move(field));
    };
    for (const auto& [name, value] : wanted) {
        const std::string* stands = value_of(standing, name);
        if (!stands || *stands != value) differ(VersionOp::Kind::kSet, name, value);
    }
    for (const auto& [name, value] : standing) {
        if (!value_of(wanted, name)) differ(VersionOp::Kind::kRemove, name, std::string());
    }
    return out;
}

std::string premium_of(std::string_view result) { return value_at(result, "premium"); }

}  // namespace

tg::Task<> CollaborationPlugin::save_version(tg::Message message, Caller caller, Request request) {
    NamedVersion version;
    version.id = id_for(caller, kVersionType);
    version.quote_id = caller.quote_id;
    version.name = request.name;
    version.saved_by = caller.person.id;
    version.saved_at = quote::time_text(tg::wall_ms());
    auto loaded = co_await load(caller.quote_id);
    if (loaded && !loaded->exists) loaded = tg::not_found("There is no such quote");
    if (!loaded) {
        message.fail(loaded.status());
        co_return;
    }
    version.revision = loaded->revision;
    version.quote_data = loaded->quote.quote_data;
    auto result = co_await tg::Docs::get("quote_result", caller.quote_id);
    if (result) version.premium = premium_of(result->json());
    auto count = co_await count_of(kVersionType, caller.quote_id, kMaxVersions);
    if (!count || *count >= kMaxVersions) {
        message.fail(count ? tg::invalid("a quote has at most 100 named versions") : count.status());
        co_return;
    }
    tg::Patch patch(kVersionType, version.id);
    patch.set("", version_document(version)).base_revision(0).actor(caller.person.id);
    auto kept = co_await tg::Docs::patch(std::move(patch));
    if (kept) {
        co_await tell(std::move(message), std::move(caller), version_saved(version_json(version)));
        co_return;
    }
    // The same request again is answered with what it made.
    auto before = co_await find_version(caller.quote_id, version.id);
    if (kept.rc() != TG_E_CONFLICT || !before || before->saved_by != caller.person.id) {
        message.fail(refusal_of("keep a version", kept.status()));
        co_return;
    }
    message.reply(on_channel(version_saved(version_json(*before)), caller.channel()));
}

tg::Task<> CollaborationPlugin::list_versions(tg::Message message, Caller caller, Request request) {
    auto page = co_await page_of(kVersionType, std::move(request), caller.quote_id);
    if (!page) {
        message.fail(page.status());
        co_return;
    }
    std::vector<std::string> items;
    for (const std::string& document : page->documents) {
        if (const auto version = read_named_version(document)) items.push_back(version_json(*version));
    }
    message.reply(on_channel(listed("session:versions", "versions", items, page->after), caller.channel()));
}

tg::Task<tg::Result<NamedVersion>> CollaborationPlugin::find_version(std::string quote_id, std::string version_id) {
    auto document = co_await tg::Docs::get(kVersionType, version_id);
    if (!document && document.rc() != TG_E_NOT_FOUND) co_return refusal_of("read a version", document.status());
    auto version = document ? read_named_version(document->json()) : std::nullopt;
    if (!version || version->quote_id != quote_id) co_return tg::not_found("There is no such version");
    co_return std::move(*version);
}

tg::Task<> CollaborationPlugin::restore_version(tg::Message message, Caller caller, Request request) {
    if (const std::uint64_t revision = co_await done_before(caller); revision != 0) {
        co_await answer_again(std::move(message), std::move(caller), std::string(), revision);
        co_return;
    }
    auto version = co_await find_version(caller.quote_id, request.version_id);
    if (!version) {
        message.fail(version.status());
        co_return;
    }
    Note note("restore");
    note.session = caller.client_id;
    note.update_id = tg::random_uuid();
    note.reason = version->name;
    for (int n = 1;; ++n) {
        auto loaded = co_await load(caller.quote_id);
        if (!loaded) {
            message.fail(loaded.status());
            co_return;
        }
        const std::vector<FieldEdit> fields = differences(*loaded, *version);
        if (fields.empty() || fields.size() > kMaxFields) {
            message.fail("conflict", fields.empty() ? "the quote is as it was in this version"
                                                    : "more than 200 fields differ from this version");
            co_return;
        }
        quote::Edit edit = edit_by(caller, note, fields);
        for (const FieldEdit& field : fields) {
            if (field.kind == VersionOp::Kind::kSet) edit.set(field.field, field.value);
            if (field.kind == VersionOp::Kind::kRemove) edit.remove(field.field);
        }
        edit.base_revision(loaded->revision);
        quote::EditOutcome outcome = co_await quote::apply(std::move(edit));
        if (outcome.kind() == quote::EditKind::kConflict && n < kTries) continue;
        if (outcome.ok() && !outcome.replayed()) {
            edits_total_.add();
        } else if (outcome.ok()) {
            co_await answer_again(std::move(message), std::move(caller), std::string(), outcome.revision());
        } else {
            std::string field = fields.front().field;
            co_await refuse_edit(std::move(message), std::move(caller), std::move(field), std::move(outcome));
        }
        co_return;
    }
}

}  // namespace tidegate::collaboration
