// expect: takes its parameters by value
#include "prelude.hpp"
class P final : public tg::Plugin { public: tg::Task<> f(const char* s) { co_await tg::Exec::sleep(s[0] ? 1 : 2); } };
