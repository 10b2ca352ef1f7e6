// Records: the documents that belong to a quote beside it: comments, named versions, the audit of taken locks; and the
// quote's review.
// Thread rule: [any-thread], pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "person.hpp"

namespace tidegate::collaboration {

inline constexpr const char* kCommentType = "quote_comment";
inline constexpr const char* kVersionType = "quote_version";
inline constexpr const char* kTakeoverType = "quote_takeover";

inline constexpr std::size_t kMaxComments = 500;  // of a quote
inline constexpr std::size_t kMaxVersions = 100;

struct Comment {
    Comment() {}

    std::string id;
    std::string quote_id;
    std::string field;  // "": the quote
    std::string text;
    std::vector<std::string> mentions;
    std::string parent;  // "" none
    Person author;
    std::string created_at;
    bool resolved = false;
};
std::string comment_document(const Comment& comment);
std::optional<Comment> read_comment(std::string_view document);
// As clients see it: without the quote's id.
std::string comment_json(const Comment& comment);

struct NamedVersion {
    NamedVersion() {}

    std::string id;
    std::string quote_id;
    std::string name;
    std::uint64_t revision = 0;
    std::string quote_data;  // JSON
    std::string premium;     // JSON; "" none
    std::string saved_by;
    std::string saved_at;
};
std::string version_document(const NamedVersion& version);
std::optional<NamedVersion> read_named_version(std::string_view document);
// As clients see it: without the data.
std::string version_json(const NamedVersion& version);

std::string takeover_document(std::string_view quote_id, std::string_view field, const Person& from, const Person& by,
                              std::uint64_t token, std::string_view at);

// {"by","name","at","reason","status_before"}
std::string review_json(const Person& by, std::string_view at, std::string_view reason, std::string_view status_before);
std::string status_before(std::string_view review);

// A page of docs.list.
struct RecordPage {
    RecordPage() {}

    std::vector<std::string> documents;  // JSON
    std::string after = "null";          // JSON
};
std::optional<RecordPage> read_page(std::string_view page);
// The cursor of the next page as plain text; "" after the last one.
std::string next_of(const RecordPage& page);

}  // namespace tidegate::collaboration
