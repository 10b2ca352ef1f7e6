// Note: what a version of a quote says of the edit that made it, beside its operations: for history and for undo.
// Thread rule: [any-thread], a value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tidegate::collaboration {

struct Note {
    Note() {}  // no aggregate: it is a part of what coroutines return
    explicit Note(std::string_view kind_of) : kind(kind_of) {}

    std::string kind;       // edit, undo, redo, update, restore, create, review; "" where nobody said
    std::string session;    // the client's id
    std::string update_id;  // as field:updated told it
    std::string reason;
    std::uint64_t undoes = 0;  // an undo: the revision of the edit; 0 none
    std::uint64_t redoes = 0;  // a redo: the revision of the undo
};

std::string note_json(const Note& note);
Note read_note(std::string_view json);

}  // namespace tidegate::collaboration
