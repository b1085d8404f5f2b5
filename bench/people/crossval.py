import sys
from articles.reading import tagging
import pycrfsuite
from bench.people import corpora, train
from articles.reading.features import features
idner=corpora.sentences(corpora.HERE/'idner-train.txt')
dev=corpora.sentences(__import__('pathlib').Path('/work/shared/data/people/idner-dev.txt'))
devt={t for t,_ in dev}
idner=[x for x in idner if x[0] not in devt]
N=4
for k in range(int(sys.argv[1]) if len(sys.argv)>1 else 1):
    A=[x for x in idner if corpora.part(x[0],N)!=k]; B=[x for x in idner if corpora.part(x[0],N)==k]
    m=train.scratch(); train.train(A,m)
    tg=pycrfsuite.Tagger(); tg.open(str(m))
    for name,S in (('held',B),('dev',dev)):
        tp=fp=fn=0
        for (t,sp),(w,l) in zip(S,corpora.examples(S)):
            got=tg.tag(features(w))
            def sps(l):
                out=[];c=None
                for i,g in enumerate(l):
                    if g=='B-PER' or (g=='I-PER' and c is None): c=[i,i+1]; out.append(c)
                    elif g=='I-PER': c[1]=i+1
                    else: c=None
                return {tuple(x) for x in out}
            a,b=sps(got),sps(l)
            tp+=len(a&b);fp+=len(a-b);fn+=len(b-a)
        p,r=tp/(tp+fp),tp/(tp+fn); print(k,name,round(p*100,1),round(r*100,1),round(200*p*r/(p+r),1),m.stat().st_size,flush=True)
