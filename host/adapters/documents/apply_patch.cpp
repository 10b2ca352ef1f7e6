#include "adapters/documents/apply_patch.hpp"

#include "adapters/documents/limits.hpp"

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
    if (patch.fence >= document_limits::kFence) return refuse(Errc::kInvalid, key, "a fence is below 2^53");
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

Result<EditOp> prepare_op(DocumentOp& op) {
    auto segments = parse_path(op.path);
    if (!segments) return segments.error();
    EditOp edit{op.kind, std::move(op.path), std::move(*segments), {}};
    if (op.kind == OpKind::kRemove) return edit;
    if (op.value.size() > document_limits::kDocumentBytes) {
        return fail(Errc::kTooLarge, "the value at '" + edit.path + "' is larger than 1 MiB");
    }
    auto value = JsonTree::parse(op.value);
    if (!value) return fail(Errc::kInvalid, "the value at '" + edit.path + "' is " + value.error().text);
    edit.value = std::move(*value);
    return edit;
}

void append_op_text(std::string& text, const EditOp& op) {
    static constexpr const char* kNames[] = {R"({"op":"set","path":)", R"({"op":"insert","path":)",
                                             R"({"op":"remove","path":)"};
    text += text.size() > 1 ? "," : "";
    text += kNames[static_cast<int>(op.kind)];
    append_json_string(text, op.path);
    if (op.kind != OpKind::kRemove) text += ",\"value\":" + op.value.dump();
    text += '}';
}

Result<void> prepare_event(DomainEvent& event) {
    if (auto named = check_name("event name", event.name); !named) return named;
    if (event.data.size() > document_limits::kEventBytes) {
        return fail(Errc::kTooLarge, "event '" + event.name + "' is larger than 64 KiB");
    }
    auto data = JsonTree::parse(event.data);
    if (!data) return fail(Errc::kInvalid, "the data of event '" + event.name + "' is " + data.error().text);
    event.data = data->dump();
    return {};
}

// Fence and base revision, each path with its parents and children.
Result<void> check_precedence(const DocumentRecord& record, const PreparedPatch& prepared) {
    const Patch& patch = prepared.patch;
    const auto& base = patch.base_revision;
    if (record.revision == 0) {
        if (base.value_or(0) == 0) return {};
        return refuse(Errc::kNotFound, patch.key, "there is no such document");
    }
    if (base && *base > record.revision) {
        return refuse(Errc::kConflict, patch.key, "the document is at revision " + std::to_string(record.revision));
    }
    if (!base && patch.fence == 0) return {};
    for (const auto& op : prepared.ops) {
        const auto highest = record.ledger.highest(op.path);
        if (patch.fence != 0 && patch.fence < highest.fence) {
            return refuse(Errc::kFenced, patch.key, "'" + op.path + "' was written under a newer lease");
        }
        if (base && highest.revision > *base) {
            return refuse(Errc::kConflict, patch.key,
                          "'" + op.path + "' changed in revision " + std::to_string(highest.revision));
        }
    }
    return {};
}

Result<std::string> text_of(const JsonTree& content, const DocumentKey& key) {
    if (content.depth() > document_limits::kJsonDepth) return refuse(Errc::kInvalid, key, "nested deeper than 64");
    std::string data = content.dump();
    if (data.size() > document_limits::kDocumentBytes) return refuse(Errc::kTooLarge, key, "it would exceed 1 MiB");
    return data;
}

}  // namespace

Result<PreparedPatch> prepare_patch(Patch patch) {
    if (auto checked = check_head(patch); !checked) return checked.error();
    PreparedPatch prepared;
    prepared.ops_text = "[";
    for (auto& op : patch.ops) {
        auto edit = prepare_op(op);
        if (!edit) return refuse(edit.error().code, patch.key, edit.error().text);
        append_op_text(prepared.ops_text, *edit);
        prepared.ops.push_back(std::move(*edit));
    }
    prepared.ops_text += ']';
    prepared.bytes = sizeof(PreparedPatch) + 2 * prepared.ops_text.size();
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
    if (auto checked = check_precedence(record, prepared); !checked) return checked.error();

    JsonTree content = record.content;
    std::vector<std::string> changed;
    for (auto& op : prepared.ops) {
        auto path = apply_op(content, op);
        if (!path) return refuse(path.error().code, patch.key, path.error().text);
        changed.push_back(std::move(*path));
    }
    auto data = text_of(content, patch.key);
    if (!data) return data.error();
    if (rules.schema) {
        if (auto checked = rules.schema->check(*data); !checked)
            return refuse(checked.error().code, patch.key, checked.error().text);
    }

    // Nothing fails from here on.
    const std::uint64_t revision = ++record.revision;
    if (revision == 1) {
        record.created_by = patch.actor;
        record.created_ms = now_ms;
        // The creation is a change of the whole: whoever believes that there is nothing yet (base 0) is told otherwise.
        record.ledger.record("", {1, 0});
    }
    for (const auto& path : changed) record.ledger.record(path, {revision, patch.fence});
    if (!patch.idempotency_key.empty()) record.replies.add(patch.idempotency_key, revision, now_ms);
    record.content = std::move(content);
    record.data = std::move(*data);
    record.updated_ms = now_ms;
    record.updated_by = patch.actor;
    record.index_keys = rules.index_keys(record.content, record.created_by);
    return PatchOutcome{revision, false};
}

}  // namespace tidegate
