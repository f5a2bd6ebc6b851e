// SPDX-License-Identifier: GPL-3.0-or-later
// CowList: copies share their items until one of them is changed.
#include <core/base/cow_list.h>

#include <QTest>

using namespace podleaf;

class TestCowList : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsAsAVector();
    void copiesShareUntilOneIsChanged();
    void equalListsAreShared();
};

void TestCowList::readsAsAVector() {
    const CowList<int> none;
    QVERIFY(none.empty());
    QVERIFY(none.begin() == none.end());
    const CowList<int> some{3, 1, 2};
    QCOMPARE(some.size(), std::size_t{3});
    QCOMPARE(some.front(), 3);
    QCOMPARE(some[2], 2);
    QCOMPARE(std::vector<int>(some.begin(), some.end()), (std::vector{3, 1, 2}));
    QVERIFY(some == CowList<int>(std::vector{3, 1, 2}));
    QVERIFY(some != none);
    QVERIFY(none == CowList<int>(std::vector<int>()));
}

void TestCowList::copiesShareUntilOneIsChanged() {
    CowList<int> one{1, 2};
    const CowList<int> two = one;
    QCOMPARE(&two.front(), &one.front());
    one.edit().push_back(3);
    QCOMPARE(two.size(), std::size_t{2});
    QCOMPARE(one.size(), std::size_t{3});
    const int* own = &one.front();
    one.edit().front() = 7; // It has no copy: nothing is copied again.
    QCOMPARE(&one.front(), own);
    CowList<int> moved = std::move(one);
    QCOMPARE(&moved.front(), own);
    moved = {};
    QVERIFY(moved.empty());
}

void TestCowList::equalListsAreShared() {
    const CowList<int> first{1, 2};
    CowList<int> second{1, 2};
    QVERIFY(&second.front() != &first.front());
    QVERIFY(second.shareIfEqual(first));
    QCOMPARE(&second.front(), &first.front());
    CowList<int> third{1};
    QVERIFY(!third.shareIfEqual(first));
    QCOMPARE(third.size(), std::size_t{1});
}

QTEST_GUILESS_MAIN(TestCowList)
#include "tst_cow_list.moc"
