#include "quote_patches.hpp"

#include <tidegate/plugin.hpp>

#include "identity.hpp"
#include "messages.hpp"

namespace tidegate::quote {

tg::Patch update_of(const std::string& quote_id, const MergePlan& plan) {
    tg::Patch patch("quote", quote_id);
    for (const Change& change : plan.changes) {
        if (change.kind == Change::Kind::kSet) patch.set(change.path, change.json);
        if (change.kind == Change::Kind::kInsert) patch.insert(change.path, change.json);
        if (change.kind == Change::Kind::kRemove) patch.remove(change.path);
    }
    return patch;
}

tg::Patch creation_of(const std::string& quote_id, const std::string& sub, const rating::JsonValue& merge) {
    tg::Patch patch("quote", quote_id);
    patch.set("", new_quote(quote_id, sub, time_text(tg::wall_ms()), merged_into_nothing(merge)));
    patch.event("quote.created", created_event(quote_id, sub)).base_revision(0);
    return patch;
}

tg::Patch question_of(const std::string& quote_id, const std::string& quote_data) {
    tg::Patch patch("quote", quote_id);
    patch.set("quote_data", quote_data).base_revision(0);
    return patch;
}

}  // namespace tidegate::quote
