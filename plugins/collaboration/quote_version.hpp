// QuoteVersion: one revision of a quote as the store keeps it, and the edit that takes it back.
// Thread rule: [any-thread], values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "note.hpp"

namespace tidegate::collaboration {

struct VersionOp {
    enum class Kind { kSet, kInsert, kRemove };
    Kind kind = Kind::kSet;
    std::string path;   // in the document
    std::string value;  // JSON; "" of a removal
    std::string from;   // JSON that stood there; "": nothing

    bool in_data() const { return path.starts_with("quote_data/"); }
    std::string field() const {
        return in_data() ? path.substr(std::string_view("quote_data/").size()) : std::string();
    }
};

struct QuoteVersion {
    QuoteVersion() {}

    std::uint64_t revision = 0;
    std::string actor;
    std::string at;
    Note note;
    std::vector<VersionOp> ops;
};

// A page of docs.versions. Nothing when it is none.
std::optional<std::vector<QuoteVersion>> read_versions(std::string_view page);

// What takes one operation back, if the value that it left there still stands.
struct Reversal {
    VersionOp::Kind kind = VersionOp::Kind::kSet;
    std::string field;
    std::string value;     // JSON; "" of a removal
    std::string expected;  // JSON; "": nothing stands there
};

// Of the operations on fields, last one first; nothing when one of them cannot be taken back (an append without a
// name).
std::optional<std::vector<Reversal>> reversal_of(const QuoteVersion& version);

}  // namespace tidegate::collaboration
