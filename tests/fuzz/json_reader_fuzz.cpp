// tg::json::Reader on any bytes: it must agree with nlohmann/json on what JSON is (up to its own bounds: depth 64,
// UTF-8 left to the host, numbers of any size), read the same values, and never read past the text (ASan, exact-size
// copy). Links: tidegate_sdk nlohmann_json::nlohmann_json

#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>

#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace {

void require(bool truth) {
    if (!truth) std::abort();
}

// Rebuilds the text from what the reader yields.
bool rebuild(tg::json::Reader& in, tg::json::Writer& out) {
    using tg::json::Kind;
    std::string text;
    std::string_view view;
    bool truth = false;
    switch (in.peek()) {
        case Kind::kObject:
            if (!in.enter_object()) return false;
            out.begin_object();
            while (in.next_member(view)) {
                out.key(view);
                if (!rebuild(in, out)) return false;
            }
            out.end_object();
            return in.ok();
        case Kind::kArray:
            if (!in.enter_array()) return false;
            out.begin_array();
            while (in.next_element())
                if (!rebuild(in, out)) return false;
            out.end_array();
            return in.ok();
        case Kind::kString:
            if (!in.string(text)) return false;
            out.value(text);
            return true;
        case Kind::kNumber:
            if (!in.number(view)) return false;
            out.raw(view);
            return true;
        case Kind::kBool:
            if (!in.boolean(truth)) return false;
            out.value(truth);
            return true;
        case Kind::kNull:
            if (!in.null()) return false;
            out.null();
            return true;
        case Kind::kNone:
            return in.skip();  // a failure, said by the reader
    }
    return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::vector<char> exact(data, data + size);
    const std::string_view text(exact.data(), exact.size());

    tg::json::Reader skipper(text);
    const bool skipped = skipper.skip() && skipper.finish();
    tg::json::Reader puller(text);
    tg::json::Writer writer;
    const bool pulled = rebuild(puller, writer) && puller.finish();
    require(skipped == pulled);

    // nlohmann takes a NUL for the end of the text and skips a byte order mark.
    if (text.find('\0') != std::string_view::npos || text.starts_with("\xEF")) return 0;
    const nlohmann::json theirs = nlohmann::json::parse(text, nullptr, false);
    if (!theirs.is_discarded() && skipper.error() != "nested too deep") require(skipped);
    if (skipped && !theirs.is_discarded()) require(nlohmann::json::parse(writer.take(), nullptr, false) == theirs);
    return 0;
}
