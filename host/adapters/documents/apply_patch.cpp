#include "adapters/documents/apply_patch.hpp"

#include "adapters/documents/event_rules.hpp"
#include "adapters/documents/limits.hpp"

#include <algorithm>

namespace tidegate {
namespace {

Error refuse(Errc code, const DocumentKey& key, const std::string& why) {
    return fail(code, "patch " + describe(key) + ": " + why);
}

Result<void> check_head(const Patch& patch) {
    if (auto checked = check_key(patch.key); !checked) return checked;
    const auto& key = patch.key;
    if (patch.ops.empty() || patch.ops.size() > document_limits::kOps) {
        return refuse(Errc::kInvalid, key, "a patch has 1 to 256 operations");
    }
    if (patch.events.size() > document_limits::kEvents) return refuse(Errc::kInvalid, key, "more than 64 events");
    const auto is_test = [](const DocumentOp& op) { return op.kind == OpKind::kTest; };
    if (std::all_of(patch.ops.begin(), patch.ops.end(), is_test)) {
        return refuse(Errc::kInvalid, key, "a patch of tests only changes nothing");
    }
    const auto too_high = [](const DocumentOp& op) { return op.fence >= document_limits::kFence; };
    if (patch.fence >= document_limits::kFence || std::any_of(patch.ops.begin(), patch.ops.end(), too_high)) {
        return refuse(Errc::kInvalid, key, "a fence is below 2^53");
    }
    if (!is_plain_text(patch.actor, document_limits::kNameBytes))
        return refuse(Errc::kInvalid, key, "the actor's name");
    if (!is_plain_text(patch.idempotency_key, document_limits::kNameBytes)) {
        return refuse(Errc::kInvalid, key, "the idempotency key must be at most 128 bytes of plain text");
    }
    std::size_t bytes = 0;
    for (const auto& op : patch.ops) bytes += op.path.size() + op.value.size();
    for (const auto& event : patch.events) bytes += event.data.size();
    if (bytes > document_limits::kPatchBytes) return refuse(Errc::kTooLarge, key, "larger than 2 MiB");
    return {};
}

Result<void> check_note(const std::string& note) {
    if (note.empty()) return {};
    if (note.size() > document_limits::kNoteBytes) return fail(Errc::kTooLarge, "the note is larger than 4 KiB");
    if (JsonTree::is_dumped(note)) return {};
    const auto parsed = JsonTree::parse(note);
    if (!parsed) return fail(Errc::kInvalid, "the note is " + parsed.error().text);
    if (!parsed->object()) return fail(Errc::kInvalid, "the note is no object");
    return {};
}

Result<EditOp> prepare_op(DocumentOp& op, std::uint64_t patch_fence) {
    auto segments = parse_path(op.path);
    if (!segments) return segments.error();
    EditOp edit;
    edit.kind = op.kind;
    edit.path = std::move(op.path);
    edit.segments = std::move(*segments);
    edit.fence = op.fence ? op.fence : patch_fence;
    if (op.kind == OpKind::kRemove || (op.kind == OpKind::kTest && op.value.empty())) return edit;
    if (op.value.size() > document_limits::kDocumentBytes) {
        return fail(Errc::kTooLarge, "the value at '" + edit.path + "' is larger than 1 MiB");
    }
    auto value = JsonTree::parse(op.value);
    if (!value) return fail(Errc::kInvalid, "the value at '" + edit.path + "' is " + value.error().text);
    // Every operation within the bound keeps the document within it.
    if (op.kind != OpKind::kTest && edit.segments.size() + value->depth() > document_limits::kJsonDepth) {
        return fail(Errc::kInvalid, "the value at '" + edit.path + "' would be nested deeper than " +
                                        std::to_string(document_limits::kJsonDepth));
    }
    edit.value = std::move(*value);
    edit.value_text = edit.value.dump();
    return edit;
}

void append_op_text(std::string& text, const EditOp& op, const EditStep& step, bool stood) {
    static constexpr const char* kNames[] = {R"({"op":"set","path":)", R"({"op":"insert","path":)",
                                             R"({"op":"remove","path":)"};
    text += text.size() > 1 ? "," : "";
    text += kNames[static_cast<int>(op.kind)];
    append_json_string(text, step.path);
    if (op.kind != OpKind::kRemove) text.append(R"(,"value":)").append(op.value_text);
    if (stood) {
        text += R"(,"from":)";
        step.before.dump_to(text);
    }
    text += '}';
}

Result<void> check_tests(const DocumentRecord& record, const PreparedPatch& prepared) {
    for (const auto& test : prepared.tests) {
        const auto* standing = record.revision == 0 ? nullptr : find(record.content, test.segments);
        const bool holds = test.value_text.empty() ? !standing : standing && *standing == test.value;
        if (!holds) return refuse(Errc::kConflict, prepared.patch.key, "test: '" + test.path + "'");
    }
    return {};
}

// Fence and base revision, each path with its parents and children.
Result<void> check_precedence(const DocumentRecord& record, const PreparedPatch& prepared) {
    const DocumentKey& key = prepared.patch.key;
    const auto& base = prepared.patch.base_revision;
    if (record.revision == 0) {
        if (base.value_or(0) == 0) return {};
        return refuse(Errc::kNotFound, key, "there is no such document");
    }
    if (base && *base > record.revision) {
        return refuse(Errc::kConflict, key, "base: the document is at revision " + std::to_string(record.revision));
    }
    for (const auto& op : prepared.ops) {
        if (!base && op.fence == 0) continue;
        const auto highest = record.ledger.highest(op.path);
        if (op.fence != 0 && op.fence < highest.fence) {
            return refuse(Errc::kFenced, key, "fence: '" + op.path + "' was written under a newer lease");
        }
        if (base && highest.revision > *base) {
            return refuse(Errc::kConflict, key,
                          "base: '" + op.path + "' changed in revision " + std::to_string(highest.revision));
        }
    }
    return {};
}

// The operations applied to a document in place; taken back unless kept.
class Application {
    static constexpr std::size_t kOpBytes = 64;  // the names of an operation's members

public:
    Application(DocumentRecord& record, PreparedPatch& prepared) : record_(record), prepared_(prepared) {
        steps_.reserve(prepared.ops.size());
    }
    ~Application() {
        if (kept_) return;
        for (std::size_t at = steps_.size(); at-- > 0;) undo_op(record_.content, prepared_.ops[at], steps_[at]);
    }
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;

    Result<void> run() {
        std::size_t bytes = 2;
        for (const auto& op : prepared_.ops) bytes += kOpBytes + op.path.size() + 2 * op.value_text.size();
        prepared_.ops_text.reserve(bytes);
        prepared_.ops_text = "[";
        for (auto& op : prepared_.ops) {
            const bool exists = record_.revision != 0 || !steps_.empty();
            EditStep& step = steps_.emplace_back();
            if (auto applied = apply_op(record_.content, op, step); !applied) return applied;
            append_op_text(prepared_.ops_text, op, step, exists && step.stood());
        }
        prepared_.ops_text += ']';
        return {};
    }
    const std::vector<EditStep>& steps() const { return steps_; }
    void keep() { kept_ = true; }

private:
    DocumentRecord& record_;
    PreparedPatch& prepared_;
    std::vector<EditStep> steps_;
    bool kept_ = false;
};

std::size_t bytes_at_most(const DocumentRecord& record, const PreparedPatch& prepared) {
    std::size_t bytes = record.text.bytes_at_most();
    // A name may be escaped, and be new with the containers around it.
    for (const EditOp& op : prepared.ops) bytes += 2 * op.path.size() + 8 * op.segments.size() + op.value_text.size();
    return bytes;
}

bool surely_still_matches(const DocumentRecord& record, const TypeRules& rules, const PreparedPatch& prepared,
                          const std::vector<EditStep>& steps) {
    if (!rules.schema) return true;
    if (record.valid_under != rules.schema->serial()) return false;
    for (std::size_t n = 0; n < steps.size(); ++n) {
        const EditOp& op = prepared.ops[n];
        const bool in_place = op.kind == OpKind::kSet || (op.kind == OpKind::kInsert && !steps[n].places.empty() &&
                                                          steps[n].places.back() == EditStep::kMember);
        if (!in_place || !rules.schema->surely_still_matches(op.segments, steps[n].places, op.value_text)) return false;
    }
    return true;
}

// The text, when the document had to be looked at as a whole to know that it matches its schema and is within its
// bound.
Result<std::optional<std::string>> check_result(const DocumentRecord& record, const TypeRules& rules,
                                                const PreparedPatch& prepared, const std::vector<EditStep>& steps,
                                                std::size_t bytes) {
    const bool matches = surely_still_matches(record, rules, prepared, steps);
    if (matches && bytes <= document_limits::kDocumentBytes) return std::optional<std::string>();
    std::string text;
    text.reserve(record.text.last_bytes() + 256);
    record.content.dump_to(text);
    if (text.size() > document_limits::kDocumentBytes) return fail(Errc::kTooLarge, "it would exceed 1 MiB");
    if (!matches) {
        if (auto checked = rules.schema->check(record.content, text); !checked) return checked.error();
    }
    return std::optional(std::move(text));
}

// Up to where the path goes by the names of members that stood: below, an element has several names, moves its
// neighbours, or is new with all that is in it.
std::size_t plainly_named(const EditStep& step) {
    const auto end = std::find_if(step.places.begin(), step.places.end(),
                                  [](std::size_t place) { return place != EditStep::kMember; });
    return static_cast<std::size_t>(end - step.places.begin());
}

bool may_change_index(const TypeRules& rules, const PreparedPatch& prepared, const std::vector<EditStep>& steps) {
    for (std::size_t n = 0; n < steps.size(); ++n) {
        const PathSegments& changed = prepared.ops[n].segments;
        const std::size_t named = plainly_named(steps[n]);
        const auto is_above_or_below = [&](const auto& index) {
            const auto shared = static_cast<std::ptrdiff_t>(std::min(named, index.second.size()));
            return std::equal(changed.begin(), changed.begin() + shared, index.second.begin());
        };
        if (std::any_of(rules.indexes.begin(), rules.indexes.end(), is_above_or_below)) return true;
    }
    return false;
}

}  // namespace

Result<PreparedPatch> prepare_patch(Patch patch) {
    if (auto checked = check_head(patch); !checked) return checked.error();
    PreparedPatch prepared;
    prepared.bytes = sizeof(PreparedPatch) + patch.note.size();
    for (auto& op : patch.ops) {
        auto edit = prepare_op(op, patch.fence);
        if (!edit) return refuse(edit.error().code, patch.key, edit.error().text);
        prepared.bytes += 2 * (edit->path.size() + edit->value_text.size());
        (op.kind == OpKind::kTest ? prepared.tests : prepared.ops).push_back(std::move(*edit));
    }
    if (auto checked = check_note(patch.note); !checked) {
        return refuse(checked.error().code, patch.key, checked.error().text);
    }
    for (auto& event : patch.events) {
        if (auto checked = prepare_event(event); !checked)
            return refuse(checked.error().code, patch.key, checked.error().text);
        prepared.bytes += event.data.size();
    }
    patch.ops.clear();
    prepared.patch = std::move(patch);
    return prepared;
}

Result<PatchOutcome> apply_patch(DocumentRecord& record, PreparedPatch& prepared, const TypeRules& rules,
                                 std::int64_t now_ms) {
    const Patch& patch = prepared.patch;
    if (!patch.idempotency_key.empty()) {
        if (const auto seen = record.replies.find(patch.idempotency_key, now_ms)) return PatchOutcome{*seen, true};
    }
    if (auto checked = check_tests(record, prepared); !checked) return checked.error();
    if (auto checked = check_precedence(record, prepared); !checked) return checked.error();

    Application application(record, prepared);
    if (auto applied = application.run(); !applied)
        return refuse(applied.error().code, patch.key, applied.error().text);
    const std::size_t bytes = bytes_at_most(record, prepared);
    auto text = check_result(record, rules, prepared, application.steps(), bytes);
    if (!text) return refuse(text.error().code, patch.key, text.error().text);

    // Nothing fails from here on.
    const std::uint64_t revision = ++record.revision;
    if (revision == 1) {
        record.created_by = patch.actor;
        record.created_ms = now_ms;
        // The creation is a change of the whole: whoever believes that there is nothing yet (base 0) is told otherwise.
        record.ledger.record("", {1, 0});
    }
    application.keep();
    const auto& steps = application.steps();
    for (std::size_t n = 0; n < steps.size(); ++n) {
        record.ledger.record(steps[n].changed, {revision, prepared.ops[n].fence});
    }
    if (!patch.idempotency_key.empty()) record.replies.add(patch.idempotency_key, revision, now_ms);
    if (*text)
        record.text.set(std::move(**text));
    else
        record.text.changed(bytes);
    record.valid_under = rules.schema ? rules.schema->serial() : 0;
    record.updated_ms = now_ms;
    record.updated_by = patch.actor;
    if (revision == 1 || may_change_index(rules, prepared, steps)) {
        prepared.keys_before = std::move(record.index_keys);
        record.index_keys = rules.index_keys(record.content, record.created_by);
    }
    return PatchOutcome{revision, false};
}

}  // namespace tidegate
